"""A recipient, and how its way has been of late."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from .channels import Undelivered, channel

# Deliveries at a time.
AT_ONCE = 4
# Seconds between two tries: at first, and at the most.
FIRST, MOST = 2.0, 20.0
# Seconds between two looks whether a recipient is there to whom nothing is to be told.
IDLE, IDLE_FAILING = 60.0, 10.0
# A refusal that nothing came after is forgotten after so many seconds.
FORGET = 3600.0


@dataclass
class Recipient:
    settings: dict
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(max_workers=AT_ONCE + 1))
    probing: Future | None = None
    probe_began: float = 0
    # When its way was first and last found not to be gone, and why; seconds of the monotonic clock.
    failing_since: float | None = None
    failed_at: float = 0
    error: str = ""
    answered: bool = False
    pause: float = FIRST
    next_probe: float = 0
    told: int = 0
    # When something was given up, seconds of the monotonic clock.
    given_up: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.channel = channel(self.settings)

    @property
    def name(self) -> str:
        return self.settings["name"]

    @property
    def patience(self) -> float:
        return self.settings["giveUpAfter"]

    def probe(self, now: float) -> None:
        self.probe_began = now
        self.probing = self.pool.submit(self.channel.probe)

    def failed(self, error: Undelivered, now: float) -> bool:
        """True when that was not known: worth a line."""
        fresh = self.failing_since is None or self.error != str(error)
        self.failing_since = now if self.failing_since is None else self.failing_since
        self.failed_at, self.error, self.answered = now, str(error), error.answered
        self.next_probe = now + self.pause
        self.pause = min(self.pause * 1.5, MOST)
        return fresh

    def well(self, now: float) -> None:
        self.failing_since, self.error, self.answered, self.pause = None, "", False, FIRST
        self.next_probe = now + IDLE

    def is_failing(self, now: float) -> bool:
        return self.failing_since is not None and now - self.failed_at < FORGET
