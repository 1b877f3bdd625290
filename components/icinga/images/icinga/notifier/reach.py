"""Whether recipients are there at all. Usage: python3 -m notifier.reach <file>, which prints JSON: those that are not, by name, each with why."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .channels import Undelivered, channel


def why_not(settings: dict) -> str | None:
    try:
        channel(settings).greet()
        return None
    except Undelivered as error:
        return str(error)


if __name__ == "__main__":
    recipients = json.loads(Path(sys.argv[1]).read_text("utf-8"))["recipients"]
    with ThreadPoolExecutor(max_workers=16) as pool:
        reasons = list(pool.map(why_not, recipients))
    print(json.dumps({settings["name"]: why for settings, why in zip(recipients, reasons) if why}))
