"""This master's own API: many objects in one request."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

STATES = {"Host": ("UP", "DOWN"), "Service": ("OK", "WARNING", "CRITICAL", "UNKNOWN")}


class IcingaError(Exception):
    pass


@dataclass(frozen=True)
class Seen:
    """An object as Icinga has it, and who was told of its problem."""

    bad: bool
    hard: bool
    state: str
    changed: float  # last change of the hard state, in seconds since 1970
    checked: float  # when the last check began
    output: str
    told: frozenset[str]
    # For whom Icinga has called its notification command since that change, on whichever master.
    sent_to: frozenset[str] = frozenset()

    def news(self, user: str) -> str | None:
        """The difference between what holds and what the user was told."""
        if self.bad and self.hard and user not in self.told:
            return "PROBLEM"
        return "RECOVERY" if not self.bad and user in self.told else None


def kind_of(name: str) -> str:
    return "Service" if "!" in name else "Host"


class Icinga:
    def __init__(self, url: str, user: str, password: str):
        self.url = urlsplit(url)
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}", "Accept": "application/json", "Content-Type": "application/json"}
        # Over loopback to itself: the certificate says nothing more.
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.tls.check_hostname = False
        self.tls.verify_mode = ssl.CERT_NONE
        self.connection: http.client.HTTPConnection | None = None

    def look(self, names: Iterable[str]) -> dict[str, Seen]:
        """What Icinga knows of these hosts and services; those without a notification are left out."""
        found: dict[str, Seen] = {}
        for kind, some in by_kind(names).items():
            found |= self._seen([kind], chosen("notification.__name", [f"{name}!notify" for name in some]))
        return found

    def unfinished(self, users: Iterable[str]) -> dict[str, Seen]:
        """The hosts and services that are not well, or whose problem one of these users was told of."""
        keys = {f"key{number}": f"told_{user}" for number, user in enumerate(users)}
        conditions = [
            '(notification.service_name == "" && host.state != 0)',
            '(notification.service_name != "" && service.state != 0)',
            *(f"notification.vars[{key}] == true" for key in keys),
        ]
        return self._seen(["Host", "Service"], {"filter": " || ".join(conditions), "filter_vars": keys})

    def _seen(self, kinds: list[str], choice: dict) -> dict[str, Seen]:
        attributes = ("state", "state_type", "last_hard_state_change", "last_check_result")
        body = {
            "attrs": ["vars", "host_name", "service_name", "last_problem_notification", "notified_problem_users"],
            "joins": [f"{kind.lower()}.{attribute}" for kind in kinds for attribute in attributes],
            **choice,
        }
        results = self._ask("POST", "/v1/objects/notifications", body, {"X-HTTP-Method-Override": "GET"})
        return dict(seen_of(result["attrs"], result["joins"]) for result in results)

    def check(self, names: Iterable[str]) -> None:
        """Has these hosts and services checked at once."""
        for kind, some in by_kind(names).items():
            body = {"type": kind, "force": True, **chosen(f"{kind.lower()}.__name", some)}
            self._ask("POST", "/v1/actions/reschedule-check", body)

    def mark(self, user: str, names: Iterable[str], told: bool) -> None:
        """Keeps with the notifications' objects, which the masters share, what the user knows."""
        notifications = [f"{name}!notify" for name in names]
        body = {"attrs": {f"vars.told_{user}": told}, **chosen("notification.__name", notifications)}
        results = self._ask("POST", "/v1/objects/notifications", body)
        if any(result["code"] != 200 for result in results):
            raise IcingaError("Icinga did not take what was told")

    def is_with_peers(self) -> bool:
        """Whether this master is connected to every other one of its zone; what they know it then gets to know, too."""
        api = self._ask("GET", "/v1/status/ApiListener")[0]["status"]["api"]
        own = [zone for zone in api["zones"].values() if api["identity"] in zone["endpoints"]]
        return all(set(zone["endpoints"]) - {api["identity"]} <= set(api["conn_endpoints"]) for zone in own)

    def _ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> list[dict]:
        text = None if body is None else json.dumps(body)
        # Icinga closes a connection that was idle: the second try has a new one.
        for is_last in (False, True):
            fresh = self.connection is None
            try:
                self.connection = self.connection or self._connect()
                self.connection.request(method, path, text, {**self.headers, **(headers or {})})
                response = self.connection.getresponse()
                answer = response.read()
                break
            except (OSError, http.client.HTTPException) as error:
                self._close()
                if fresh or is_last:
                    raise IcingaError(f"Icinga's API does not answer: {error or type(error).__name__}") from error
        # Nothing that the filter chose exists.
        if response.status == 404:
            return []
        if response.status != 200:
            raise IcingaError(f"Icinga's API answers {response.status}: {answer[:200].decode('utf-8', 'replace')}")
        return json.loads(answer)["results"]

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=10)
        return http.client.HTTPSConnection(host, port, timeout=10, context=self.tls)

    def _close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None


def seen_of(own: dict, joins: dict) -> tuple[str, Seen]:
    """The name of a host or service, and what is known of it, by its notification's object."""
    service = own.get("service_name")
    its = joins["service" if service else "host"]
    last = its.get("last_check_result") or {}
    changed = its["last_hard_state_change"]
    # Icinga keeps the users of an earlier problem, where another master told its end.
    is_sent = (own.get("last_problem_notification") or 0) >= changed
    return own["host_name"] + (f"!{service}" if service else ""), Seen(
        bad=its["state"] != 0,
        hard=its["state_type"] == 1,
        state=STATES["Service" if service else "Host"][int(its["state"])],
        changed=changed,
        checked=last.get("execution_start") or 0,
        # A plug-in may say anything: half a character goes nowhere.
        output=(last.get("output") or "").encode("utf-8", "replace").decode(),
        told=frozenset(key.removeprefix("told_") for key, value in (own.get("vars") or {}).items() if value is True),
        sent_to=frozenset(own.get("notified_problem_users") or ()) if is_sent else frozenset(),
    )


def by_kind(names: Iterable[str]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(kind_of(name), []).append(name)
    return kinds


def chosen(attribute: str, names: list[str]) -> dict:
    return {"filter": f"names.contains({attribute})", "filter_vars": {"names": dict.fromkeys(names, True)}}
