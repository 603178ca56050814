"""One view for customer success and product: each feature by the money of who uses it, with what
customers ask and say about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from vereda.customers.queries.accounts import listed_accounts
from vereda.events.queries.metrics import event_names_of_features
from vereda.events.queries.usage import accounts_that_did
from vereda.foundation.shell import searchable
from vereda.product.queries import features_in
from vereda.support.queries.tickets import all_tickets
from vereda.surveys.queries.answers import all_answers

if TYPE_CHECKING:
    from vereda.product.models import Feature
    from vereda.support.models.tickets import Ticket
    from vereda.surveys.models.answers import Answer
    from vereda.worklist.queries.ranks import Reckoning
    from vereda.workspaces.models import Workspace

USED_IN: Final = timedelta(days=28)
HEARD_IN: Final = timedelta(days=90)
MOST_FEATURES: Final = 60
MOST_PLANS: Final = 5
SHORTEST_NAME: Final = 4
"""Shorter names stand in too many other words to be looked for."""


TICKET_COLUMNS: Final = (
    "number",
    "subject",
    "external_id",
    "opened_at",
    "account__number",
    "account__name",
)
ANSWER_COLUMNS: Final = (
    "feature",
    "score",
    "comment",
    "answered_at",
    "survey__name",
    "account__number",
    "account__name",
)
"""What is shown of tickets and answers: a long history is read for it."""


@dataclass(frozen=True, slots=True)
class Payer:
    """An account that pays: its plan and what it pays in a year, in minor units at home."""

    plan: str
    arr_minor: int


@dataclass(frozen=True, slots=True)
class Adoption:
    """Of the accounts that pay, so many use a feature, with so much of the money."""

    used: int
    all: int
    used_minor: int
    all_minor: int

    @property
    def share(self) -> float | None:
        """The share of accounts; None of nothing."""
        return self.used / self.all if self.all else None

    @property
    def money_share(self) -> float | None:
        """The share of ARR; None of nothing."""
        return self.used_minor / self.all_minor if self.all_minor else None

    @property
    def unused(self) -> int:
        """Who pays and does not use it: perhaps a need that nobody has put into words."""
        return self.all - self.used

    @property
    def unused_minor(self) -> int:
        """The money behind them."""
        return self.all_minor - self.used_minor


@dataclass(frozen=True, slots=True)
class FeatureLine:
    """One feature as both teams see it. `measured`: events mean it, so that its use is known."""

    feature: Feature
    measured: bool
    adoption: Adoption
    by_plan: tuple[tuple[str, Adoption], ...]
    tickets: int
    voices: int


@dataclass(frozen=True, slots=True)
class Heard:
    """Tickets and words of customers in 90 days, each with its text made searchable once, however
    many features are looked for in it."""

    tickets: tuple[tuple[str, Ticket], ...]
    answers: tuple[tuple[str, Answer], ...]


def feature_lines(
    workspace: Workspace, *, reckoning: Reckoning, now: datetime
) -> tuple[list[FeatureLine], list[str]]:
    """Every feature, the one with most unused money first, and the plans that are compared.

    One question to the event store per feature; other queries do not grow.
    """
    payers = payers_of(workspace, reckoning=reckoning)
    plans = [plan for plan, _count in Counter(p.plan for p in payers.values()).most_common()]
    compared = [plan for plan in plans if plan][:MOST_PLANS]
    names = event_names_of_features(workspace)
    heard = heard_lately(workspace, now=now)
    lines = []
    for feature in features_in(workspace)[:MOST_FEATURES]:
        events = names.get(feature.slug, [])
        users = users_of(workspace, events, today=reckoning.today)
        tickets, answers = about_feature(heard, feature)
        lines.append(
            FeatureLine(
                feature,
                bool(events),
                adoption_of(payers, users),
                tuple((plan, adoption_of(payers, users, plan=plan)) for plan in compared),
                len(tickets),
                len(answers),
            )
        )
    lines.sort(key=lambda line: (not line.measured, -line.adoption.unused_minor, line.feature.name))
    return lines, compared


def payers_of(workspace: Workspace, *, reckoning: Reckoning) -> dict[UUID, Payer]:
    """The accounts that pay; one query. Money without a rate counts as nothing."""
    rows = listed_accounts(workspace).filter(arr_minor__gt=0)
    told = rows.order_by().values_list("pk", "plan", "arr_minor", "currency")
    return {
        pk: Payer(
            plan,
            reckoning.book.at_home(
                minor or 0, currency=currency or reckoning.currency, day=reckoning.today
            )
            or 0,
        )
        for pk, plan, minor, currency in told.iterator(chunk_size=5_000)
    }


def users_of(workspace: Workspace, events: Collection[str], *, today: date) -> set[UUID]:
    """The accounts that did one of these in the last 28 days."""
    if not events:
        return set()
    tomorrow = today + timedelta(days=1)
    return accounts_that_did(workspace, names=events, since=tomorrow - USED_IN, until=tomorrow)


def adoption_of(
    payers: Mapping[UUID, Payer], users: Collection[UUID], *, plan: str | None = None
) -> Adoption:
    """How many of the payers, or of those of one plan, are among the users."""
    chosen = {pk: each for pk, each in payers.items() if plan in (None, each.plan)}
    return Adoption(
        used=sum(pk in users for pk in chosen),
        all=len(chosen),
        used_minor=sum(each.arr_minor for pk, each in chosen.items() if pk in users),
        all_minor=sum(each.arr_minor for each in chosen.values()),
    )


def heard_lately(workspace: Workspace, *, now: datetime) -> Heard:
    """What customers asked and said in 90 days; two queries."""
    since = now - HEARD_IN
    tickets = all_tickets(workspace).filter(opened_at__gt=since).order_by("-opened_at", "-pk")
    tickets = tickets.select_related(None).select_related("account").only(*TICKET_COLUMNS)
    answers = all_answers(workspace).filter(answered_at__gt=since)
    answers = answers.select_related(None).select_related("account", "survey")
    answers = answers.only(*ANSWER_COLUMNS).order_by("-answered_at", "-pk")
    return Heard(
        tuple((searchable(row.subject), row) for row in tickets),
        tuple((searchable(row.comment), row) for row in answers),
    )


def about_feature(heard: Heard, feature: Feature) -> tuple[list[Ticket], list[Answer]]:
    """The tickets and answers behind the numbers of a feature, the newest first: those that name
    it, whatever the case and accents, and answers that were asked about it."""
    name = searchable(feature.name)
    looked_for = len(name) >= SHORTEST_NAME
    tickets = [row for words, row in heard.tickets if looked_for and name in words]
    answers = [
        row
        for words, row in heard.answers
        if row.feature_id == feature.pk or (looked_for and name in words)
    ]
    return tickets, answers
