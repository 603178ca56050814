"""What an event store must answer, in plain Python and in memory: one list, many loops.

Written from the words of the contract, not from the engines: it shares nothing with `planning`
but the contracts, and asks every question by going through all events.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from vereda.events.contracts.arriving import Kind

USED = (Kind.TRACK, Kind.PAGE, Kind.SCREEN)


@dataclass(frozen=True)
class Kept:
    """An event as it is kept, with whose it was found to be on arrival."""

    message: str
    kind: Kind
    name: str
    person: str
    anonymous: str
    account: str
    count: int
    at: datetime
    received: datetime
    source: str


@dataclass
class Model:
    """The events of one workspace, who is who, and who was last seen where."""

    events: list[Kept] = field(default_factory=list)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    members: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    repeated: int = 0

    def add(self, events):
        """One submission: repeated messages are dropped, the rest is somebody's."""
        known = {kept.message for kept in self.events}
        for event in events:
            if event.message_id in known:
                self.repeated += 1
                continue
            known.add(event.message_id)
            self._keep(event)

    def _keep(self, event):
        if event.kind is Kind.ALIAS and event.previous_id != event.person_key:
            self._alias(event)
        anonymous = event.anonymous_id
        if anonymous and event.person_key and self.latest.get(anonymous) != event.person_key:
            self._link(anonymous, event)
        person = event.person_key or self.latest.get(anonymous, "")
        account = self._account(event, person)
        self.events.append(
            Kept(
                message=event.message_id,
                kind=event.kind,
                name=event.name,
                person=person,
                anonymous=anonymous or event.previous_id,
                account=account,
                count=event.count,
                at=event.occurred_at,
                received=event.received_at,
                source=event.source,
            )
        )

    def _alias(self, event):
        """An anonymous id that was nobody's becomes somebody's; people are never merged."""
        if event.previous_id not in self.members and event.previous_id not in self.latest:
            self._link(event.previous_id, event)

    def _link(self, anonymous, event):
        """What came before belongs to the first person, what follows to the latest."""
        person = event.person_key
        if anonymous not in self.links:
            before = self.members.get(f"~{anonymous}", ("", None))[0]
            account = event.account_key or self.members.get(person, ("", None))[0] or before
            if before and not self.members.get(person, ("", None))[0]:
                self.members[person] = (before, event.occurred_at)
            self.links[anonymous] = (person, account)
        self.latest[anonymous] = person

    def _account(self, event, person):
        who = person or (event.anonymous_id and f"~{event.anonymous_id}")
        if not who:
            return event.account_key
        account, since = self.members.get(who, (None, None))
        if account is None:
            if person or event.account_key:
                self.members[who] = (event.account_key, event.occurred_at)
            return event.account_key
        named = event.account_key
        if named and named != account and (not account or event.occurred_at >= since):
            self.members[who] = (named, event.occurred_at)
        return named or account

    # --- Taking back ----------------------------------------------------------------

    def remove_source(self, source):
        """How many went."""
        return self._remove(lambda kept: kept.source == source)

    def erase(self, person):
        """Remove what a person did, also before they were known; who is who is forgotten."""
        mine = {anonymous for anonymous, (owner, _) in self.links.items() if owner == person}
        gone = self._remove(lambda kept: kept.person == person or kept.anonymous in mine)
        for anonymous in mine:
            self.members.pop(f"~{anonymous}", None)
            del self.links[anonymous]
            self.latest.pop(anonymous, None)
        self.members.pop(person, None)
        return gone

    def _remove(self, goes):
        before = len(self.events)
        self.events = [kept for kept in self.events if not goes(kept)]
        return before - len(self.events)

    # --- Asking -----------------------------------------------------------------------

    def owned(self):
        """All events, newest last, with the owner an anonymous id turned out to have."""
        for kept in self.events:
            person, account = self.links.get(kept.anonymous, ("", ""))
            if kept.person or not person:
                yield kept
            else:
                yield replace(kept, person=person, account=kept.account or account)

    def usage(self, *, since, until, accounts=None, people=None, names=None):
        """The usage between two days, narrowed."""
        return [
            kept
            for kept in self.owned()
            if kept.kind in USED
            and since <= kept.at.date() < until
            and (accounts is None or kept.account in accounts)
            and (people is None or kept.person in people)
            and (names is None or kept.name in names)
        ]

    def per_day(self, **span):
        """Day, count, different people."""
        return grouped(self.usage(**span), lambda kept: kept.at.date())

    def by_account(self, **span):
        """Account, count, different people."""
        used = [kept for kept in self.usage(**span) if kept.account]
        return grouped(used, lambda kept: kept.account)

    def by_name(self, **span):
        """Name, count, different people."""
        return grouped(self.usage(**span), lambda kept: kept.name)

    def pulse(self, *, on):
        """Account, last use, people of 28 days, eight weekly counts."""
        until = on + timedelta(days=1)
        found: dict[str, list[Any]] = {}
        for kept in self.usage(since=datetime.min.date(), until=until):  # noqa: DTZ901
            if not kept.account:
                continue
            last, people, weeks = found.setdefault(kept.account, [kept.at, set(), [0] * 8])
            found[kept.account][0] = max(last, kept.at)
            age = (until - kept.at.date()).days - 1
            if age < 28 and somebody(kept):
                people.add(somebody(kept))
            if age < 56:
                weeks[7 - age // 7] += kept.count
        return {
            key: (last, len(people), tuple(weeks)) for key, (last, people, weeks) in found.items()
        }


def somebody(kept):
    """A person, or a visitor known only anonymously; "" for nobody."""
    return kept.person or (kept.anonymous and f"~{kept.anonymous}")


def grouped(used, key):
    """Key to count and number of different people."""
    counts: defaultdict[Any, int] = defaultdict(int)
    people: defaultdict[Any, set[str]] = defaultdict(set)
    for kept in used:
        counts[key(kept)] += kept.count
        people[key(kept)] |= {somebody(kept)} - {""}
    return {one: (counts[one], len(people[one])) for one in counts}
