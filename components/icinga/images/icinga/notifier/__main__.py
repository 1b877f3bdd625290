"""Usage: python3 -m notifier <settings>, a file of JSON: `node`, `queue`, `recipients`, `state`, `icinga` and, for tests, `timing`."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path

from .icinga import Icinga
from .queue import Queue
from .recipients import read_recipients
from .record import Record, write_state
from .worker import Timing, Worker


def main(settings: dict) -> None:
    folder = Path(settings["queue"])
    record = Record(folder)
    worker = Worker(settings["node"], api(settings["icinga"]), Queue(folder), record, Timing(**settings.get("timing", {})))
    recipients = Path(settings["recipients"])
    read: tuple[int, int] | None = None
    stated = 0.0
    while True:
        changed = stamp(recipients)
        if changed and changed != read:
            read = changed
            configure(worker, recipients, record)
        worker.tick()
        if time.monotonic() - stated > 1:
            stated = time.monotonic()
            write_state(Path(settings["state"]), worker.state())
        worker.rest()


def stamp(path: Path) -> tuple[int, int] | None:
    """What is another one when the file is."""
    try:
        status = os.stat(path)
        return status.st_mtime_ns, status.st_ino
    except FileNotFoundError:
        return None


def configure(worker: Worker, path: Path, record: Record) -> None:
    try:
        worker.configure(*read_recipients(path))
    except (OSError, ValueError, KeyError) as error:
        record.write("refused", file=str(path), error=f"{type(error).__name__}: {error}")


def api(given: dict) -> Icinga:
    """The user of this master's own API is made anew at each start of the container: in a file of options for curl."""
    text = Path(given["options"]).read_text("utf-8")
    user, password = re.match(r'user = "([^:]+):([^"]+)"', text).groups()  # type: ignore[union-attr]
    return Icinga(given["url"], user, password)


main(json.loads(Path(sys.argv[1]).read_text("utf-8")))
