"""Who asks what in Explore, and how the groups of an answer are called."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.accounts import accounts_by_key, accounts_with_ids
from vereda.customers.queries.groups import grouping_fields
from vereda.customers.queries.lists import (
    Kind,
    ListField,
    account_question,
    accounts_matching,
)
from vereda.customers.queries.lists import (
    Question as AccountQuestion,
)
from vereda.events.contracts.exploring import (
    Asked,
    Explored,
    MetricTrend,
    Population,
    Question,
)
from vereda.events.contracts.measuring import Per
from vereda.events.exploring import (
    ExploreAddress,
    ExploreKind,
    explore_address_in,
)
from vereda.events.queries.exploring import (
    explored,
    population_asked,
)
from vereda.events.queries.metric_trends import explored_metrics
from vereda.events.queries.metrics import metrics_in
from vereda.foundation import clock
from vereda.foundation.access import MemberRequest
from vereda.foundation.errors import Refused
from vereda.foundation.ids import number_in
from vereda.foundation.zones import day_where
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.events.models.metrics import Metric

LONGEST_WAIT: Final = 30.0
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{1,60}")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks what: the member's workspace, the question, and the fields accounts have."""

    request: MemberRequest
    address: ExploreAddress
    accounts: AccountQuestion

    @property
    def metrics(self) -> dict[str, Metric]:
        """The metrics asked about, by short name."""
        slugs = self.address.metrics
        if not slugs:
            return {}
        rows = metrics_in(self.request.member.workspace, per=Per.ACCOUNT).filter(slug__in=slugs)
        return {metric.slug: metric for metric in rows}

    def population(self, asked: Asked, *, within: str | None = None) -> Population:
        """Whose use is asked about."""
        return population_asked(
            self.accounts,
            asked=asked,
            conditions=self.address.conditions,
            by=self.address.by,
            within=within,
        )

    def answer(
        self, asked: Asked | MetricTrend, *, token: str, seconds: float, within: str | None = None
    ) -> Explored:
        """The answer, if it can be had in time; reading the accounts counts."""
        if isinstance(asked, MetricTrend):
            return explored_metrics(
                self.accounts,
                asked,
                conditions=self.address.conditions,
                by=self.address.by,
                token=token,
                seconds=seconds,
            )
        until = time.monotonic() + seconds
        population = self.population(asked, within=within)
        left = max(until - time.monotonic(), 0.01)
        workspace = self.request.member.workspace
        return explored(workspace, asked=asked, population=population, token=token, seconds=left)


def asker_of(request: MemberRequest, kind: ExploreKind) -> Asker:
    """The question of the address, or a refusal that says what is odd in it."""
    workspace = request.member.workspace
    today = day_where(clock.now(), workspace.time_zone)
    accounts = account_question(workspace, today=today)
    address = explore_address_in(kind, request.GET, today=today, zone=workspace.time_zone)
    accounts_matching(accounts, address.conditions)
    if address.by and address.by not in grouping_fields(accounts):
        raise Refused(_("Accounts cannot be grouped by this field."))
    asker = Asker(request, address, accounts)
    refuse_unknown_metrics(asker)
    return asker


def refuse_unknown_metrics(asker: Asker) -> None:
    """Only metrics in use can be asked about, and only those about accounts."""
    known = asker.metrics
    for slug in asker.address.metrics:
        if slug not in known:
            raise Refused(
                _("There is no metric about accounts with the short name “%s”.") % slug[:60]
            )


def whole_question(asker: Asker) -> Question | MetricTrend:
    """The question, or a refusal where something is missing."""
    if asker.address.asked is None:
        raise Refused(_("Something is missing in this question."))
    return asker.address.asked


def token_in(said: Mapping[str, Any]) -> str:
    """The token of a question, made up by the page that asked it; another where it is none."""
    token = str(said.get("token", ""))
    return token if TOKEN.fullmatch(token) else secrets.token_urlsafe(16)


def group_words(asker: Asker, found: Explored) -> Callable[[str | None], str]:
    """How each group of an answer is called."""
    rows: Iterable[Any] = (
        *found.points,
        *found.steps,
        *found.returned,
        *found.branches,
        *found.averages,
    )
    words = words_of_groups(asker, {row.group for row in rows if row.group is not None})
    return lambda group: "" if group is None else words[group]


def words_of_groups(asker: Asker, groups: Iterable[str]) -> dict[str, str]:
    """How groups are called: accounts and owners by name, choices by their words."""
    field = grouping_fields(asker.accounts).get(asker.address.by)
    known = names_in_groups(asker, field, [group for group in groups if group])
    return {group: known.get(group, group) or _("not known") for group in groups}


def names_in_groups(asker: Asker, field: ListField | None, groups: Sequence[str]) -> dict[str, str]:
    """The names of groups that are called otherwise than their values."""
    workspace = asker.request.member.workspace
    if field is None:
        return {}
    if field.kind is Kind.MEMBER:
        return {str(member.pk): member.name for member in members_of(workspace)}
    if field.kind is Kind.ACCOUNT:
        ids = accounts_by_key(workspace, [number_in(group, "A") for group in groups])
        names = accounts_with_ids(workspace, set(ids.values()))
        return {f"A-{number}": names[pk].name for number, pk in ids.items() if pk in names}
    return {value: str(label) for value, label in (field.choices or {}).items()}


def explore_url(request: MemberRequest, kind: ExploreKind, part: str = "") -> str:
    """The address of a kind of question, or of a part of its page."""
    name = f"explore_{kind}_{part}" if part else f"explore_{kind}"
    return reverse(name, kwargs={"workspace": request.member.workspace.slug})
