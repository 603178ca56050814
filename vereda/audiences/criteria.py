"""Audiences as something to ask for: who is in another audience, or in an account that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.audiences.contracts import ACCOUNT_INSIDE, INSIDE, About, Comparison
from vereda.audiences.queries.audiences import live_audiences
from vereda.audiences.queries.inclusions import inclusions_in_named
from vereda.customers.queries.people import memberships_among, memberships_inside
from vereda.foundation.criteria import AskedCriterion, Criterion, ValueKind, one_of_many
from vereda.foundation.wording import day_words

if TYPE_CHECKING:
    from vereda.audiences.models import InclusionRows
    from vereda.workspaces.models import Workspace

AMONG: Final = (Comparison.IS, Comparison.IS_NOT, Comparison.ANY_OF, Comparison.NONE_OF)
OUTSIDE: Final = frozenset({Comparison.IS_NOT, Comparison.NONE_OF})


class AudienceCriteria:
    """Being in another audience of the same kind and, for people, their account's being in one."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """What can be asked, where there is an audience to ask for; one query for their names."""
        names: dict[About, dict[str, str]] = {each: {} for each in About}
        for row in live_audiences(workspace):
            names[About(row.about)][row.slug] = row.name
        own = Criterion(
            name=INSIDE,
            label=gettext_lazy("Audience"),
            group=gettext_lazy("Other audiences"),
            about=about,
            kind=ValueKind.CHOICE,
            comparisons=AMONG,
            choices=names[about],
            matching=_inside_matching,
            told=_inside_told,
        )
        if about is About.ACCOUNTS:
            return [own] if own.choices else []
        through_account = Criterion(
            name=ACCOUNT_INSIDE,
            label=gettext_lazy("Audience of their account"),
            group=gettext_lazy("Other audiences"),
            about=about,
            kind=ValueKind.CHOICE,
            comparisons=AMONG,
            choices=names[About.ACCOUNTS],
            matching=_account_matching,
            told=_account_told,
        )
        return [each for each in (own, through_account) if each.choices]


def _inclusions(asked: AskedCriterion, about: About) -> InclusionRows:
    return inclusions_in_named(asked.workspace, asked.chosen, about=about)


def _inside_matching(asked: AskedCriterion) -> Q:
    column = f"{asked.column}_id"
    rows = _inclusions(asked, asked.about)
    if asked.among is not None:
        rows = rows.filter(one_of_many(asked.among, column=column))
    return _turned(asked, Q(pk__in=rows.values(column)))


def _account_matching(asked: AskedCriterion) -> Q:
    accounts = _inclusions(asked, About.ACCOUNTS).values("account_id")
    rows = memberships_inside(asked.workspace, accounts)
    if asked.among is not None:
        rows = rows.filter(one_of_many(asked.among, column="person_id"))
    return _turned(asked, Q(pk__in=rows.values("person_id")))


def _turned(asked: AskedCriterion, inside: Q) -> Q:
    return ~inside if asked.comparison in OUTSIDE else inside


def _inside_told(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    column = f"{asked.column}_id"
    rows = _inclusions(asked, asked.about).filter(one_of_many(ids, column=column))
    told: defaultdict[UUID, list[str]] = defaultdict(list)
    for row in rows.select_related("audience").order_by("audience__name", "pk"):
        said = {"audience": row.audience.name, "day": day_words(asked.day_of(row.since_at))}
        told[getattr(row, column)].append(_("In “%(audience)s” since %(day)s") % said)
    nowhere = _("Not in “%s”") % _names_told(asked)
    return {one: ", ".join(told[one]) if one in told else nowhere for one in ids}


def _account_told(asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    held = memberships_among(asked.workspace, ids)
    account_ids = {row.account_id for row in held}
    rows = _inclusions(asked, About.ACCOUNTS).filter(one_of_many(account_ids, column="account_id"))
    named: defaultdict[UUID | None, list[str]] = defaultdict(list)
    for row in rows.select_related("audience").order_by("audience__name", "pk"):
        named[row.account_id].append(row.audience.name)
    told: dict[UUID, str] = {}
    for one in held:
        if one.account_id in named and one.person_id not in told:
            said = {"account": one.account.name, "audience": ", ".join(named[one.account_id])}
            told[one.person_id] = _("%(account)s: in “%(audience)s”") % said
    nowhere = _("Their account is not in “%s”") % _names_told(asked)
    return {person_id: told.get(person_id, nowhere) for person_id in ids}


def _names_told(asked: AskedCriterion) -> str:
    """The audiences that are asked for, by name."""
    names = dict(live_audiences(asked.workspace).values_list("slug", "name"))
    return ", ".join(names.get(slug, slug) for slug in asked.chosen)
