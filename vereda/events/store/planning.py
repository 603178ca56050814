"""What one commit will do: rows for every table, decided before the transaction begins.

Takes the submissions that wait together, drops what is stored already, says whose
each event is, and collects the rows. Reads the file only for what memory does not
know, a constant number of times per commit.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Final, Protocol

from vereda.events.contracts.arriving import (
    Ending,
    Kind,
    NewEvent,
    Outcome,
    Reason,
    Receipt,
    Refusal,
    Replay,
    Severity,
    Submission,
    WorkspaceKey,
)
from vereda.events.store.seen import MessageKey

MOST_ALIASES: Final = 50
MOST_REMEMBERED: Final = 200_000
ANONYMOUS: Final = "\x00"
"""Sets an anonymous id apart from a person's key where both are looked up."""

Row = tuple[object, ...]
Owned = tuple[WorkspaceKey, str]
Numbered = tuple[WorkspaceKey, int]


class Lookup(Protocol):
    """What a plan asks the file, for many keys at once."""

    def stored_messages(self, keys: Iterable[MessageKey]) -> dict[MessageKey, int]: ...
    def links(self, keys: Iterable[Owned]) -> dict[Owned, str]: ...
    def memberships(self, keys: Iterable[Owned]) -> dict[Owned, tuple[str, datetime]]: ...
    def known_accounts(self, keys: Iterable[Owned]) -> set[Owned]: ...
    def alias_counts(self, keys: Iterable[Owned]) -> dict[Owned, int]: ...
    def ended_items(self, keys: Iterable[Numbered]) -> set[Numbered]: ...


class Remembered(Protocol):
    """What memory knows about messages: those certainly stored, with marks, and the doubtful."""

    def sort_out(
        self, keys: Iterable[MessageKey]
    ) -> tuple[dict[MessageKey, int], set[MessageKey]]: ...


class Known:
    """Whose is whose, as far as memory knows; emptied when it grows too large."""

    def __init__(self) -> None:
        self.links: dict[Owned, str] = {}
        self.members: dict[Owned, tuple[str, datetime] | None] = {}
        self.accounts: dict[Owned, bool] = {}
        self.aliases: dict[Owned, int] = {}

    def forget(self) -> None:
        """Ask the file again: a commit failed or rows were removed."""
        for memory in (self.links, self.members, self.accounts, self.aliases):
            memory.clear()

    def stay_small(self) -> None:
        """Keep memory bounded."""
        if max(len(self.links), len(self.members), len(self.accounts)) > MOST_REMEMBERED:
            self.forget()


class Plan:
    """The rows of one commit. Build it, write `rows`, then tell `Seen` what it holds."""

    def __init__(self, *, lookup: Lookup, known: Known, seen: Remembered, seq: int) -> None:
        self._lookup = lookup
        self._known = known
        self._seen = seen
        self.seq = seq
        self.fresh: dict[MessageKey, int] = {}
        self.heads: dict[WorkspaceKey, int] = {}
        self.relinked: list[tuple[WorkspaceKey, str, str, str]] = []
        self.repointed: list[tuple[WorkspaceKey, str, str]] = []
        self.rows: dict[str, list[Row]] = {
            table: []
            for table in (
                "events",
                "daily_new",
                "identity",
                "membership",
                "accounts",
                "quarantine",
                "endings",
                "arrivals",
            )
        }
        self._daily: dict[Row, list[object]] = {}
        self._arrivals: dict[Row, int] = {}
        self._arrived: tuple[datetime | None, datetime | None] = (None, None)

    def take(self, submissions: list[Submission]) -> list[Receipt]:
        """Plan them all; the receipts hold once the rows are durable."""
        stored_before = self._stored_before(submissions)
        replays = self._waiting_replays(submissions)
        fresh = [self._without_repeats(one, stored_before) for one in submissions]
        endings = [
            [(replay, self._ending_of(one, replay, stored_before)) for replay in waiting]
            for one, waiting in zip(submissions, replays, strict=True)
        ]
        repaired = [
            [replay.event for replay, ending in ended if ending is Ending.REPAIRED]
            for ended in endings
        ]
        self._learn(
            (one, [*events, *filter(None, again)])
            for one, events, again in zip(submissions, fresh, repaired, strict=True)
        )
        receipts = [
            self._take_one(one, events, ended)
            for one, events, ended in zip(submissions, fresh, endings, strict=True)
        ]
        self.rows["daily_new"] = [(*key, *sums) for key, sums in self._daily.items()]
        self.rows["arrivals"] = [(*key, count) for key, count in self._arrivals.items()]
        return receipts

    # --- Sent before ------------------------------------------------------------

    def _stored_before(self, submissions: list[Submission]) -> dict[MessageKey, int]:
        """The messages among these that the store holds, with their content marks."""
        stored, doubtful = self._seen.sort_out(
            (submission.workspace, event.message_id)
            for submission in submissions
            for event in _all_events(submission)
        )
        if doubtful:
            stored |= self._lookup.stored_messages(doubtful)
        return stored

    def _without_repeats(
        self, submission: Submission, stored: dict[MessageKey, int]
    ) -> list[NewEvent]:
        """The events that are new; the first of several with one id wins."""
        fresh = self.fresh
        events = []
        for index, event in enumerate(submission.events):
            key = (submission.workspace, event.message_id)
            content = content_mark(event.kind, event.name, event.properties)
            before = stored[key] if key in stored else fresh.get(key)
            if before is None:
                fresh[key] = content
                events.append(event)
            elif before != content:
                self._warn(submission, event, index, Reason.CONFLICTING_DUPLICATE, event.name)
        return events

    def _waiting_replays(self, submissions: list[Submission]) -> list[list[Replay]]:
        """Each submission's replays of items that have not ended yet, and each item once."""
        asked = {
            (submission.workspace, replay.item)
            for submission in submissions
            for replay in submission.replays
        }
        ended = self._lookup.ended_items(asked) if asked else set()
        waiting: list[list[Replay]] = []
        for submission in submissions:
            mine = []
            for replay in submission.replays:
                key = (submission.workspace, replay.item)
                if key not in ended:
                    ended.add(key)
                    mine.append(replay)
            waiting.append(mine)
        return waiting

    def _ending_of(
        self, submission: Submission, replay: Replay, stored: dict[MessageKey, int]
    ) -> Ending:
        event = replay.event
        if event is None:
            return Ending.SUPPRESSED
        key = (submission.workspace, event.message_id)
        if key in stored or key in self.fresh:
            return Ending.DEDUPLICATED
        self.fresh[key] = content_mark(event.kind, event.name, event.properties)
        return Ending.REPAIRED

    # --- Whose is it ------------------------------------------------------------

    def _learn(self, taken: Iterable[tuple[Submission, list[NewEvent]]]) -> None:
        """Look up what memory does not know about these events, in three questions."""
        known = self._known
        known.stay_small()
        links, members, accounts = self._unknown(taken)
        if links:
            found = self._lookup.links(links)
            known.links.update({key: found.get(key, "") for key in links})
            members |= {(key[0], person) for key, person in found.items()} - known.members.keys()
        if members:
            memberships = self._lookup.memberships(members)
            known.members.update({key: memberships.get(key) for key in members})
        if accounts:
            seen = self._lookup.known_accounts(accounts)
            known.accounts.update({key: key in seen for key in accounts})

    def _unknown(
        self, taken: Iterable[tuple[Submission, list[NewEvent]]]
    ) -> tuple[set[Owned], set[Owned], set[Owned]]:
        """The anonymous ids, the people and the accounts that memory does not know."""
        links: dict[Owned, None] = {}
        members: dict[Owned, None] = {}
        accounts: dict[Owned, None] = {}
        for submission, events in taken:
            workspace = submission.workspace
            for event in events:
                anonymous, person, previous = (
                    event.anonymous_id,
                    event.person_key,
                    event.previous_id,
                )
                if anonymous or previous:
                    for one in filter(None, (anonymous, previous)):
                        links[workspace, one] = None
                        members[workspace, ANONYMOUS + one] = None
                    members[workspace, previous] = None
                members[workspace, person] = None
                accounts[workspace, event.account_key] = None
        known = self._known
        return (
            links.keys() - known.links.keys(),
            {key for key in members.keys() - known.members.keys() if key[1]},
            {key for key in accounts.keys() - known.accounts.keys() if key[1]},
        )

    def _take_one(
        self, submission: Submission, events: list[NewEvent], ended: list[tuple[Replay, Ending]]
    ) -> Receipt:
        take = self._take_event
        for event in events:
            take(submission, event)
        repeated = len(submission.events) - len(events)
        quarantined = 0
        for refusal in submission.refusals:
            self._quarantine(submission, refusal)
            quarantined += refusal.severity is Severity.REFUSED
        for replay, ending in ended:
            self._end(submission, replay, ending)
        self._count(submission, Outcome.STORED, len(events))
        self._count(submission, Outcome.DEDUPLICATED, repeated)
        self._count(submission, Outcome.SUPPRESSED, submission.suppressed)
        self._count(submission, Outcome.LIMITED, submission.limited)
        received = len(submission.events) + quarantined + submission.suppressed + submission.limited
        self._count(submission, Outcome.RECEIVED, received)
        for code, requests in submission.turned_away.items():
            self._count(submission, Outcome.TURNED_AWAY, requests, code)
        return Receipt(
            stored=len(events),
            deduplicated=repeated,
            quarantined=quarantined,
            repaired=sum(ending is Ending.REPAIRED for _, ending in ended),
        )

    def _end(self, submission: Submission, replay: Replay, ending: Ending) -> None:
        """The item leaves the quarantine: in the ledger of its day it moves to what it became."""
        event = replay.event
        if event is not None and ending is Ending.REPAIRED:
            self._take_event(submission, event)
        arrived = naive(replay.received_at)
        self._count_on(
            submission.workspace, arrived.date(), Outcome.QUARANTINED, -1, replay.reason.value
        )
        self._count_on(submission.workspace, arrived.date(), Outcome(ending.value), 1)
        self.rows["endings"].append(
            (
                replay.item,
                submission.workspace,
                ending.value,
                naive(submission.received_at),
                event.message_id if event else "",
            )
        )

    def _take_event(self, submission: Submission, event: NewEvent) -> None:
        workspace = submission.workspace
        self.seq += 1
        self.heads[workspace] = self.seq
        occurred_at, kind = naive(event.occurred_at), str(event.kind)
        person = self._person_of(submission, event, occurred_at)
        account = self._account_of(workspace, event, person, occurred_at)
        anonymous = event.anonymous_id or event.previous_id
        self.rows["events"].append(
            (
                self.seq,
                workspace,
                event.message_id,
                kind,
                event.name,
                person,
                anonymous,
                account,
                event.count,
                occurred_at,
                self._received(event.received_at),
                event.properties,
                event.traits,
                event.context,
                event.source,
            )
        )
        self._roll_up(
            (
                workspace,
                occurred_at.date(),
                account,
                person,
                "" if person else anonymous,
                event.name,
                kind,
            ),
            event.count,
            occurred_at,
        )

    def _received(self, at: datetime) -> datetime | None:
        """The instant without its zone; the events of a request arrive together."""
        if at is not self._arrived[0]:
            self._arrived = (at, naive(at))
        return self._arrived[1]

    def _roll_up(self, key: Row, count: int, at: datetime) -> None:
        sums = self._daily.get(key)
        if sums is None:
            self._daily[key] = [count, at, at]
            return
        sums[0] += count  # type: ignore[operator]
        if at < sums[1]:  # type: ignore[operator]
            sums[1] = at
        elif at > sums[2]:  # type: ignore[operator]
            sums[2] = at

    def _person_of(self, submission: Submission, event: NewEvent, at: datetime) -> str:
        """Whose event it is; links an anonymous id that came together with a person."""
        workspace, person = submission.workspace, event.person_key
        if event.kind is Kind.ALIAS:
            self._alias(submission, event, at)
        if not event.anonymous_id:
            return person
        linked = self._known.links[workspace, event.anonymous_id]
        if person and linked != person:
            self._link(submission, event, event.anonymous_id, at)
        return person or linked

    def _alias(self, submission: Submission, event: NewEvent, at: datetime) -> None:
        """`previousId` was the same person before they had a `userId`.

        Two identified people are never made one by a public key.
        """
        key = (submission.workspace, event.previous_id)
        if event.previous_id == event.person_key:
            return
        linked = self._known.links[key]
        if self._known.members.get(key) or (linked and linked != event.person_key):
            self._warn(submission, event, 0, Reason.MERGE_REFUSED, event.previous_id)
        elif not linked:
            self._link(submission, event, event.previous_id, at)

    def _link(self, submission: Submission, event: NewEvent, anonymous: str, at: datetime) -> None:
        workspace, person, known = submission.workspace, event.person_key, self._known
        key = (workspace, anonymous)
        if known.links[key]:
            self.repointed.append((workspace, anonymous, person))
            known.links[key] = person
            return
        if not self._may_link(workspace, person):
            self._warn(submission, event, 0, Reason.TOO_MANY_ALIASES, anonymous)
            return
        member = known.members.get((workspace, person))
        before = known.members.get((workspace, ANONYMOUS + anonymous))
        account = event.account_key or (member and member[0]) or (before and before[0]) or ""
        if before and before[0] and not (member and member[0]):
            self._join(workspace, person, "", before[0], at)
        known.links[key] = person
        self.relinked.append((workspace, anonymous, person, account))
        self.rows["identity"].append((self.seq, workspace, anonymous, person, person, account, at))

    def _may_link(self, workspace: WorkspaceKey, person: str) -> bool:
        """Is there room for one more alias? Counts it if so."""
        aliases, key = self._known.aliases, (workspace, person)
        if key not in aliases:
            aliases[key] = self._lookup.alias_counts([key]).get(key, 0)
        if aliases[key] >= MOST_ALIASES:
            return False
        aliases[key] += 1
        return True

    def _account_of(
        self, workspace: WorkspaceKey, event: NewEvent, person: str, at: datetime
    ) -> str:
        """The account the event names, else the one its person was last seen in."""
        account = event.account_key
        if account and not self._known.accounts[workspace, account]:
            self._known.accounts[workspace, account] = True
            self.rows["accounts"].append((self.seq, workspace, account, at))
        who = person or (event.anonymous_id and ANONYMOUS + event.anonymous_id)
        if not who:
            return account
        member = self._known.members.get((workspace, who))
        if member is None:
            if person or account:
                self._join(workspace, person, event.anonymous_id, account, at)
            return account
        moves = at >= member[1] and not event.stays
        if account and account != member[0] and (not member[0] or moves):
            self._join(workspace, person, event.anonymous_id, account, at)
        return account or member[0]

    def _join(
        self, workspace: WorkspaceKey, person: str, anonymous: str, account: str, at: datetime
    ) -> None:
        who = person or ANONYMOUS + anonymous
        self._known.members[workspace, who] = (account, at)
        self.rows["membership"].append(
            (self.seq, workspace, person, "" if person else anonymous, account, at)
        )

    # --- Counting and explaining --------------------------------------------------

    def _count(
        self, submission: Submission, outcome: Outcome, count: int, reason: str = ""
    ) -> None:
        if count:
            day = naive(submission.received_at).date()
            self._count_on(submission.workspace, day, outcome, count, reason)

    def _count_on(
        self, workspace: WorkspaceKey, day: date, outcome: Outcome, count: int, reason: str = ""
    ) -> None:
        key = (workspace, day, outcome.value, reason)
        self._arrivals[key] = self._arrivals.get(key, 0) + count

    def _quarantine(self, submission: Submission, refusal: Refusal) -> None:
        self.seq += 1
        warned = refusal.severity is Severity.WARNING
        outcome = Outcome.WARNED if warned else Outcome.QUARANTINED
        self._count(submission, outcome, 1, refusal.reason.value)
        self.rows["quarantine"].append(
            (
                self.seq,
                submission.workspace,
                naive(refusal.received_at),
                refusal.index,
                refusal.reason.value,
                refusal.severity.value,
                refusal.found,
                refusal.name,
                refusal.item,
                refusal.envelope,
                refusal.message_id,
                refusal.source,
            )
        )

    def _warn(
        self, submission: Submission, event: NewEvent, index: int, reason: Reason, found: str
    ) -> None:
        self._quarantine(
            submission,
            Refusal(
                received_at=event.received_at,
                index=index,
                reason=reason,
                severity=Severity.WARNING,
                found=found,
                name=event.name,
                message_id=event.message_id,
                source=event.source,
            ),
        )


def _all_events(submission: Submission) -> Iterable[NewEvent]:
    yield from submission.events
    for replay in submission.replays:
        if replay.event is not None:
            yield replay.event


def content_mark(kind: str, name: str, properties: str) -> int:
    """Equal for a message sent again, different when its id was used for something else."""
    return hash((str(kind), name, properties))


def naive(instant: datetime) -> datetime:
    """UTC without its zone, as the file keeps it."""
    if instant.tzinfo is UTC:
        return instant.replace(tzinfo=None)
    return instant.astimezone(UTC).replace(tzinfo=None)
