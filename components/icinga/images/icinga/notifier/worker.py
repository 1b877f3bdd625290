"""Decides what is to be told, when, and whether it was: docs/decisions/0017 and 0024. One thread; deliveries have threads of their own."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field

from .channels import News, Undelivered
from .icinga import Icinga, IcingaError, Seen
from .queue import Entry, Queue
from .recipient import AT_ONCE, IDLE_FAILING, Recipient
from .record import Record


@dataclass(frozen=True)
class Timing:
    """Seconds."""

    # For one more check, and for what the masters tell each other.
    settle: float = 15
    # A change that was older when Icinga asked was replayed, by a peer or a satellite that was cut off for a while.
    old: float = 8
    # One more check takes so long at the most; what is known counts then (who is to check may be gone).
    check: float = 8
    # A recipient that was away for longer: the masters may have been apart, and must have found each other first …
    apart: float = 20
    # … for which they have so long: the other one may be dead.
    join: float = 60
    # Between two looks for the other masters, when nothing waits for them.
    peers: float = 5
    # One that is away for longer does not tell what is in its queue: who is left does.
    gone: float = 30
    # What is about to be told was looked at so short a while ago.
    fresh: float = 5
    # What nobody takes is looked at again: it may have passed.
    again: float = 30
    # People should know of what waits or fails for longer.
    long: float = 120


# Checks that are asked for at a time: each is a process, and the next regular check does as well.
CHECKS_AT_ONCE = 20
LOOKS_AT_ONCE = 50
# Seconds between two requests that mark what was told.
MARKS = 0.25
# A loss is a problem for so many seconds.
LOSS = 3600.0


@dataclass
class Task:
    """An object and a user who may have to hear of it. A recovery never overtakes its problem: there is one task at a time for both."""

    entries: list[Entry]
    # look: what holds? ask: is somebody there? check: does one more check find it, too? deliver, mark: it was told. away: nobody was there.
    step: str = "look"
    due: float = 0
    settled: bool = False
    # Waits until the masters have found each other, or this long (monotonic).
    joins_until: float | None = None
    seen: Seen | None = None
    seen_at: float = 0
    # A check that begins later (seconds since 1970) is the one more; when it was asked for (monotonic).
    checked_after: float = 0
    forced_at: float | None = None
    delivering: Future | None = None
    news: News | None = None
    was_away: bool = False
    # What Icinga asked for since: looked at when this is done.
    later: list[Entry] = field(default_factory=list)

    @property
    def user(self) -> str:
        return self.entries[0].user

    @property
    def object(self) -> str:
        return self.entries[0].object

    @property
    def at(self) -> float:
        return self.entries[0].at


class Worker:
    def __init__(self, node: str, icinga: Icinga, queue: Queue, record: Record, timing: Timing = Timing()):
        self.node, self.icinga, self.queue, self.record, self.timing = node, icinga, queue, record, timing
        self.tasks: dict[tuple[str, str], Task] = {}
        self.recipients: dict[str, Recipient] = {}
        self.is_configured = False
        self.delay = 0.0
        self.icinga_error = ""
        self.joined_since: float | None = None
        self.apart_since: float | None = None
        self.looked_for_peers = 0.0
        # What was taken over from a master that is away: user, object, and the change that is to be told.
        self.taken: set[tuple[str, str, float]] = set()
        self.next_marks = 0.0
        self._resume()

    def configure(self, delay: float, recipients: list[dict]) -> None:
        """Takes other recipients; one that stays the same keeps what is known of it."""
        self.is_configured = True
        self.delay = delay
        before = self.recipients
        self.recipients = {}
        for settings in recipients:
            old = before.get(settings["name"])
            self.recipients[settings["name"]] = old if old and old.settings == settings else Recipient(settings)

    def _resume(self) -> None:
        """What was there before the notifier began: this master may have been away, and Icinga begins with what it knew then."""
        now = time.monotonic()
        for entry, _ in self.queue.unmarked():
            self._of(entry, Task([entry], step="mark"))
        for entry in self.queue.waiting(set()):
            fresh = Task([entry], due=now + self.timing.settle, settled=True, joins_until=now + self.timing.join)
            self._of(entry, fresh)

    def _of(self, entry: Entry, fresh: Task) -> None:
        task = self.tasks.setdefault((entry.user, entry.object), fresh)
        if task is not fresh:
            # Before anybody was looked at, two are one.
            (task.entries if task.step == "look" and task.seen is None else task.later).append(entry)

    def tick(self) -> None:
        now = time.monotonic()
        known = {entry.path.name for task in self.tasks.values() for entry in (*task.entries, *task.later)}
        for entry in self.queue.waiting(known):
            self._of(entry, Task([entry]))
        if not self.is_configured:
            return
        for task in [task for task in self.tasks.values() if task.user not in self.recipients]:
            self._lost(task, "there is no such recipient any more")
        self._finish_probes(now)
        self._finish_deliveries(now)
        try:
            self._look_for_peers(now)
            self._take_over(now)
            self._look(now)
            self._force(now)
            self._mark()
            self.icinga_error = ""
        except IcingaError as error:
            # Nothing is lost: the next tick asks again.
            self.icinga_error = str(error)
        self._probe(now)
        self._deliver(now)

    def rest(self) -> None:
        """Until something may have happened: a delivery is done, or a moment is over."""
        running = [task.delivering for task in self.tasks.values() if task.delivering]
        is_busy = any(task.step != "away" for task in self.tasks.values())
        seconds = 0.1 if is_busy else 0.25
        if running:
            wait(running, seconds, FIRST_COMPLETED)
        else:
            time.sleep(seconds)

    # What holds

    def _look(self, now: float) -> None:
        due = [task for task in self.tasks.values() if task.due <= now and task.step in ("look", "check", "away")]
        due = [task for task in due if self._is_joined(task, now)]
        for recipient in self.recipients.values():
            # When one of the next ones was looked at too long ago, those behind it were, too.
            if any(self._is_stale(task, now) for task in self._next(recipient)):
                due += [task for task in self._undelivered(recipient) if self._is_stale(task, now)][:LOOKS_AT_ONCE]
        if not due:
            return
        found = self.icinga.look({task.object for task in due})
        for task in due:
            seen = found.get(task.object)
            if seen is None:
                self._done(task)
            else:
                self._consider(task, seen, now)

    def _look_for_peers(self, now: float) -> None:
        waits = any(task.joins_until is not None for task in self.tasks.values())
        if not waits:
            self.joined_since = None
        if now - self.looked_for_peers < (1 if waits else self.timing.peers):
            return
        self.looked_for_peers = now
        if self.icinga.is_with_peers():
            self.joined_since = (self.joined_since or now) if waits else None
            self.apart_since = None
            self.taken.clear()
        else:
            self.joined_since = None
            self.apart_since = self.apart_since or now

    def _take_over(self, now: float) -> None:
        """
        What another master had to tell and has not told, while it is away: Icinga counts it as sent, and the queue is on that master's
        disk. When it is back it finds that it was told.
        """
        is_gone = self.apart_since is not None and now - self.apart_since >= self.timing.gone
        if not is_gone or now != self.looked_for_peers:
            return
        for name, seen in self.icinga.unfinished(self.recipients).items():
            for user in self.recipients:
                news = seen.news(user)
                key = user, name, seen.changed
                if (user, name) in self.tasks or key in self.taken or not news:
                    continue
                # Of a problem that Icinga told nobody of (a downtime, say) this notifier tells nobody either.
                if news == "PROBLEM" and user not in seen.sent_to:
                    continue
                self.taken.add(key)
                entry = self.queue.put(user, name)
                self._of(entry, Task([entry], settled=True))
                self.record.write("taken over", user=user, object=name, type=news, state=seen.state)

    def _is_joined(self, task: Task, now: float) -> bool:
        if task.joins_until is None or now >= task.joins_until:
            return True
        return self.joined_since is not None and now - self.joined_since >= self.timing.settle

    def _consider(self, task: Task, seen: Seen, now: float) -> None:
        task.seen, task.seen_at = seen, now
        task.joins_until = None
        news = seen.news(task.user)
        if task.step == "look" and not task.settled and self._is_old(task, seen):
            task.settled, task.due = True, now + self.timing.settle
        elif task.step == "check":
            is_known = task.forced_at is not None and now - task.forced_at > self.timing.check
            if seen.checked > task.checked_after or is_known:
                self._go_on(task, news, "deliver")
            else:
                # Those whose turn has not come may be checked by themselves: looked at seldom, an answer for many is work for Icinga.
                task.due = now + (0.5 if task.forced_at is not None else 2)
        elif task.step == "away":
            task.due = now + self.timing.again
            if not news:
                self.record.write("passed", user=task.user, object=task.object, state=seen.state)
                self._done(task)
            elif time.time() - task.at > self.recipients[task.user].patience:
                self._lost(task, self.recipients[task.user].error)
        elif task.step == "look":
            self._go_on(task, news, "ask")
        elif not news:
            self._done(task)

    def _is_old(self, task: Task, seen: Seen) -> bool:
        return task.at - seen.changed > self.delay_of(task) + self.timing.old or seen.changed - time.time() > self.timing.old

    def delay_of(self, task: Task) -> float:
        """Icinga waits by itself before it tells of a service."""
        return self.delay if task.entries[0].service else 0

    def _go_on(self, task: Task, news: str | None, step: str) -> None:
        if news:
            task.step = step
        else:
            self._done(task)

    def _force(self, now: float) -> None:
        """What this master saw may be its own cut, which ended just now: somebody is there, and one more check must find it."""
        waiting = [task for task in self.tasks.values() if task.step == "check"]
        running = [task for task in waiting if task.forced_at is not None]
        some = [task for task in waiting if task.forced_at is None][: max(0, CHECKS_AT_ONCE - len(running))]
        for task in some:
            task.forced_at, task.due = now, now + 0.2
        if some:
            self.icinga.check({task.object for task in some})

    # Who is there

    def _probe(self, now: float) -> None:
        for recipient in self.recipients.values():
            if recipient.probing:
                continue
            asking = any(task.step == "ask" for task in self._of_user(recipient))
            if asking or now >= recipient.next_probe:
                recipient.probe(now)

    def _finish_probes(self, now: float) -> None:
        for recipient in self.recipients.values():
            if not recipient.probing or not recipient.probing.done():
                continue
            error = recipient.probing.exception()
            recipient.probing = None
            asking = [t for t in self._of_user(recipient) if t.step == "ask" and t.seen_at <= recipient.probe_began]
            if error:
                self._failed(recipient, error, now)
                for task in asking:
                    self._away(task, now)
                continue
            for task in asking:
                is_problem = task.seen is not None and task.seen.bad
                task.step, task.due = "check" if is_problem else "deliver", now
                task.checked_after, task.forced_at = time.time(), None
            self._is_there(recipient, now)

    def _is_there(self, recipient: Recipient, now: float) -> None:
        away = [task for task in self._of_user(recipient) if task.step == "away"]
        if recipient.failing_since is None:
            recipient.well(now)
        elif recipient.answered:
            # It is there and refuses: one of those that wait tries for all, each in its turn.
            if now >= recipient.next_probe:
                self._release(away[:1], now)
                recipient.next_probe = now + (recipient.pause if away else IDLE_FAILING)
        else:
            # This master may be the one that was cut off, and saw what nobody else did.
            was_long = now - recipient.failing_since > self.timing.apart
            self._release(away, now + self.timing.settle, now + self.timing.join if was_long else None)
            self.record.write("there again", user=recipient.name, after=round(now - recipient.failing_since))
            recipient.well(now)

    def _release(self, tasks: Iterable[Task], due: float, joins_until: float | None = None) -> None:
        for task in tasks:
            # Whoever was tried last is the last to be tried again.
            key = task.user, task.object
            self.tasks[key] = self.tasks.pop(key)
            task.step, task.settled, task.due, task.joins_until = "look", True, due, joins_until

    def _failed(self, recipient: Recipient, error: BaseException, now: float) -> None:
        known = error if isinstance(error, Undelivered) else Undelivered(f"{type(error).__name__}: {error}")
        if recipient.failed(known, now):
            self.record.write("failed", user=recipient.name, error=recipient.error)
        if not any(task.step == "away" for task in self._of_user(recipient)):
            recipient.next_probe = min(recipient.next_probe, now + IDLE_FAILING)

    def _away(self, task: Task, now: float) -> None:
        task.step, task.due, task.was_away = "away", now + self.timing.again, True

    # Deliveries

    def _undelivered(self, recipient: Recipient) -> list[Task]:
        return [task for task in self._of_user(recipient) if task.step == "deliver" and task.delivering is None]

    def _next(self, recipient: Recipient) -> list[Task]:
        free = AT_ONCE - sum(task.delivering is not None for task in self._of_user(recipient))
        return self._undelivered(recipient)[: max(0, free)]

    def _is_stale(self, task: Task, now: float) -> bool:
        return now - task.seen_at > self.timing.fresh

    def _deliver(self, now: float) -> None:
        for recipient in self.recipients.values():
            for task in self._next(recipient):
                if self._is_stale(task, now) or task.seen is None:
                    continue
                task.news = self._news(task, task.seen)
                task.delivering = recipient.pool.submit(recipient.channel.deliver, task.news)

    def _news(self, task: Task, seen: Seen) -> News:
        identity = f"{task.user} {task.object} {seen.bad} {seen.changed}"
        return News(
            id=hashlib.sha256(identity.encode()).hexdigest()[:32],
            at=int(time.time() * 1000),
            object=task.object,
            type=seen.news(task.user) or "",
            state=seen.state,
            sender=self.node,
            output=seen.output,
        )

    def _finish_deliveries(self, now: float) -> None:
        for task in [task for task in self.tasks.values() if task.delivering and task.delivering.done()]:
            recipient, news, delivery = self.recipients.get(task.user), task.news, task.delivering
            task.delivering = None
            if not recipient or not news or not delivery:
                continue
            error = delivery.exception()
            if error:
                self._failed(recipient, error, now)
                self._away(task, now)
                continue
            first, *rest = task.entries
            task.entries = [self.queue.mark_told(first, news.type == "PROBLEM")]
            self._forget(rest)
            task.step = "mark"
            recipient.told += 1
            self.record.write("told", user=task.user, object=task.object, type=news.type, state=news.state)
            if recipient.answered:
                away = [other for other in self._of_user(recipient) if other.step == "away"]
                self._release(away, now)
            recipient.well(now)

    def _mark(self) -> None:
        """Keeps what was told with the objects in Icinga, all of it in a few requests."""
        if time.monotonic() < self.next_marks:
            return
        self.next_marks = time.monotonic() + MARKS
        groups: dict[tuple[str, bool], list[Task]] = {}
        for task in self.tasks.values():
            if task.step == "mark":
                is_problem = task.entries[0].path.name.endswith(".problem")
                groups.setdefault((task.user, is_problem), []).append(task)
        for (user, is_problem), tasks in groups.items():
            self.icinga.mark(user, [task.object for task in tasks], is_problem)
            for task in tasks:
                self._done(task)

    # The end of a task

    def _lost(self, task: Task, why: str) -> None:
        if task.delivering:
            return
        recipient = self.recipients.get(task.user)
        if recipient:
            recipient.given_up.append(time.monotonic())
        news = task.seen.news(task.user) if task.seen else None
        state = task.seen.state if task.seen else None
        self.record.write("given up", user=task.user, object=task.object, type=news, state=state, error=why)
        self._done(task)

    def _done(self, task: Task) -> None:
        del self.tasks[task.user, task.object]
        self._forget(task.entries)
        if task.later:
            self.tasks[task.user, task.object] = Task(task.later)

    def _forget(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            entry.path.unlink(missing_ok=True)

    def _of_user(self, recipient: Recipient) -> list[Task]:
        return [task for task in self.tasks.values() if task.user == recipient.name]

    # What people should know

    def state(self) -> dict:
        now = time.monotonic()
        oldest = max((time.time() - task.at for task in self.tasks.values()), default=0)
        recipients = list(self.recipients.values())
        lost = {each.name: sum(now - at < LOSS for at in each.given_up) for each in recipients}
        broken = self.queue.count_broken()
        problems = [
            *(
                f"{each.name} can't be told for {now - (each.failing_since or now):.0f} s: {each.error}"
                for each in recipients
                if each.is_failing(now) and now - (each.failing_since or now) > self.timing.long
            ),
            *([f"{len(self.tasks)} notifications wait, the oldest for {oldest:.0f} s"] if oldest > self.timing.long else []),
            *(f"{count} notifications to {name} were given up" for name, count in lost.items() if count),
            *([self.icinga_error] if self.icinga_error and oldest > self.timing.long else []),
            *([f"{broken} entries of the queue can't be read: see notify/broken"] if broken else []),
        ]
        return {
            "uptime": time.clock_gettime(time.CLOCK_BOOTTIME),
            "waiting": len(self.tasks),
            "oldest": round(oldest),
            "told": sum(each.told for each in recipients),
            "givenUp": sum(lost.values()),
            "problems": problems,
        }
