"""The queue on disk: a file for each time that Icinga called its notification command (`notify`)."""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Entry:
    path: Path
    at: float  # when Icinga asked for it, in seconds since 1970
    user: str
    host: str
    service: str

    @property
    def object(self) -> str:
        return f"{self.host}!{self.service}" if self.service else self.host


class Queue:
    """Folders: `new` is what waits, `told` what was told and has yet to be marked so in Icinga, `tmp` what is being written."""

    def __init__(self, folder: Path):
        self.new, self.told, self.broken = (folder / name for name in ("new", "told", "broken"))
        for each in (self.new, self.told, self.broken, folder / "tmp"):
            each.mkdir(parents=True, exist_ok=True)
        self.tmp = folder / "tmp"
        self.numbers = itertools.count()

    def put(self, user: str, name: str) -> Entry:
        """Adds what Icinga's command would: whole, or not at all."""
        at = time.time()
        host, _, service = name.partition("!")
        file = f"{int(at)}-{os.getpid()}-{next(self.numbers)}"
        with open(self.tmp / file, "w", encoding="utf-8") as entry:
            entry.write(f"{at}\n{user}\n{host}\n{service}\n")
            entry.flush()
            os.fsync(entry.fileno())
        os.rename(self.tmp / file, self.new / file)
        return Entry(self.new / file, at, user, host, service)

    def waiting(self, known: set[str]) -> list[Entry]:
        """What waits, in its order, but for the files with these names."""
        return self._read(self.new, known)

    def unmarked(self) -> list[tuple[Entry, bool]]:
        """What was told before the notifier ended, and whether it was a problem."""
        return [(entry, entry.path.name.endswith(".problem")) for entry in self._read(self.told, set())]

    def mark_told(self, entry: Entry, is_problem: bool) -> Entry:
        """Takes an entry out of what waits at the moment at which its news was taken."""
        path = self.told / f"{entry.path.name}.{'problem' if is_problem else 'recovery'}"
        os.rename(entry.path, path)
        return Entry(path, entry.at, entry.user, entry.host, entry.service)

    def _read(self, folder: Path, known: set[str]) -> list[Entry]:
        entries = []
        for name in sorted(os.listdir(folder)):
            if name in known:
                continue
            path = folder / name
            try:
                at, user, host, service, end = path.read_text("utf-8").split("\n")
                if end or not user or not host:
                    raise ValueError("not an entry of four lines")
                entries.append(Entry(path, float(at), user, host, service))
            except ValueError:
                # Kept for whoever looks for it; the notifier says that it is there.
                os.replace(path, self.broken / name)
        return entries

    def count_broken(self) -> int:
        return len(os.listdir(self.broken))
