"""What people were really told, and what they could not be: a line of JSON each, on disk and in the container's log."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

# Bytes of the file, of which the one before is kept, too.
LARGEST = 10_000_000


class Record:
    def __init__(self, folder: Path, say=print):
        self.path = folder / "told.jsonl"
        self.say = say

    def write(self, event: str, **facts: object) -> None:
        line = json.dumps({"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **facts})
        self.say(f"notifier: {line}", flush=True)
        try:
            if self.path.exists() and self.path.stat().st_size > LARGEST:
                os.replace(self.path, self.path.with_suffix(".jsonl.1"))
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            # A full disk keeps nobody from being told.
            self.say(f"notifier: {self.path} can't be written: {error.strerror}", flush=True)


def write_state(path: Path, state: dict) -> None:
    """Whole or not at all; `health` and the check `notifications` read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(state), "utf-8")
    os.replace(fresh, path)
