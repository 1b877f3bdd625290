#!/bin/sh
# Appends a POST's JSON as one line, with the time of its arrival in ms as `received`; 204, or 400 for what is no JSON object.
set -u

answer() { # <status>
  printf 'Status: %s\r\n\r\n' "$1"
  exit 0
}

[ "$REQUEST_METHOD" = POST ] || answer "405 Method Not Allowed"
line=$(head -c "${CONTENT_LENGTH:-0}" | jq -c --argjson received "$(date +%s%3N)" 'objects + {received: $received}') || answer "400 Bad Request"
[ -n "$line" ] || answer "400 Bad Request"

# One at a time: two lines at once could mix.
exec 9>> /var/lib/trivet/notifications.jsonl
flock 9
printf '%s\n' "$line" >&9
answer "204 No Content"
