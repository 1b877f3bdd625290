"""The file that names who is told, and how. Usage: python3 -m notifier.recipients <file>, which ends with 1 when it can't be used."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .channels import channel


def read_recipients(path: Path) -> tuple[float, list[dict]]:
    """Seconds that Icinga waits before it tells of a service, and the recipients. Raises a ValueError for what can't be used."""
    given = json.loads(path.read_text("utf-8"))
    for settings in given["recipients"]:
        try:
            channel(settings)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"Recipient {settings.get('name')}: {error}") from error
    return given["delay"], given["recipients"]


if __name__ == "__main__":
    try:
        read_recipients(Path(sys.argv[1]))
    except ValueError as error:
        sys.exit(str(error))
