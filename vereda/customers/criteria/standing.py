"""What customers knows beyond the fields of its lists: stage, health, people, relationships."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.customers import wording
from vereda.customers.contracts import FieldTarget, RelationKind
from vereda.customers.criteria.fields import ABOUT_ACCOUNT, ABOUT_PERSON, typed
from vereda.customers.criteria.told import labelled_value, rows_with_ids
from vereda.customers.models.people import Membership, MembershipRows, Relationship
from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    ValueKind,
    one_of_many,
)
from vereda.foundation.wording import number_words

AMONG: Final = (Comparison.IS, Comparison.IS_NOT, Comparison.ANY_OF, Comparison.NONE_OF)
EXTENT: Final = (Comparison.AT_LEAST, Comparison.AT_MOST)
EMPTINESS: Final = (Comparison.KNOWN, Comparison.UNKNOWN)
NEGATIVE: Final = frozenset({Comparison.IS_NOT, Comparison.NONE_OF, Comparison.UNKNOWN})
TEXT: Final = (Comparison.CONTAINS, Comparison.STARTS_WITH, *AMONG, *EMPTINESS)
LOOKUPS: Final = {
    Comparison.AT_LEAST: "gte",
    Comparison.AT_MOST: "lte",
    Comparison.CONTAINS: "icontains",
    Comparison.STARTS_WITH: "istartswith",
}
DAY: Final = timedelta(days=1)
MOST_DAYS: Final = Decimal(36_500)
LARGEST: Final = Decimal(2**31 - 1)


def numbered(value: object) -> Decimal:
    """A number a row is compared with, kept where every database can hold it."""
    if not isinstance(value, Decimal):
        raise TypeError("a number was expected")
    return max(-LARGEST, min(value, LARGEST))


# --- Days in a stage ----------------------------------------------------------------------


def _stage_days_matching(asked: AskedCriterion) -> Q:
    """In its stage for at least (or at most) so many days; unknown is neither."""
    since = asked.now - DAY * float(max(Decimal(0), min(numbered(asked.value), MOST_DAYS)))
    early = asked.comparison is Comparison.AT_LEAST
    return Q(stage_since_at__lte=since) if early else Q(stage_since_at__gte=since)


def _stage_days_told(asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = rows_with_ids(asked.workspace, FieldTarget.ACCOUNT, ids)
    told: dict[UUID, str] = {}
    for pk, stage, since in rows.values_list("pk", "stage", "stage_since_at"):
        if since is not None:
            days = (asked.now - since).days
            words = ngettext(
                "In stage “%(stage)s” for %(days)d day",
                "In stage “%(stage)s” for %(days)d days",
                days,
            )
            told[pk] = words % {"stage": wording.STAGES[stage], "days": days}
    return told


# --- Health -------------------------------------------------------------------------------


def _column_matching(column: str, asked: AskedCriterion) -> Q:
    match asked.comparison:
        case Comparison.KNOWN | Comparison.UNKNOWN:
            return Q((f"{column}__isnull", asked.comparison is Comparison.UNKNOWN))
    return Q((f"{column}__{LOOKUPS[asked.comparison]}", numbered(asked.value)))


def _number_told(
    column: str, label: Any, asked: AskedCriterion, ids: Collection[UUID]
) -> dict[UUID, str]:
    rows = rows_with_ids(asked.workspace, FieldTarget.ACCOUNT, ids)
    told = rows.values_list("pk", column)
    return {
        pk: labelled_value(label, "" if value is None else number_words(value))
        for pk, value in told
    }


def _band_matching(asked: AskedCriterion) -> Q:
    inside = Q(health_band__in=asked.chosen)
    return ~inside if asked.comparison in NEGATIVE else inside


def _band_told(asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = rows_with_ids(asked.workspace, FieldTarget.ACCOUNT, ids)
    told: dict[UUID, str] = {}
    for pk, band, proven in rows.values_list("pk", "health_band", "health_proven"):
        words = str(wording.BANDS[band])
        told[pk] = labelled_value(_("Health"), words if proven else _("%s (unproven)") % words)
    return told


# --- People in an account -----------------------------------------------------------------


def _present(asked: AskedCriterion, *, column: str) -> MembershipRows:
    rows = Membership.objects.of(asked.workspace).filter(until_on=None)
    rows = rows.filter(person__archived_at=None, person__merged_into=None, person__erased_at=None)
    return rows if asked.among is None else rows.filter(one_of_many(asked.among, column=column))


def _people_matching(asked: AskedCriterion) -> Q:
    number = math.floor(numbered(asked.value))
    counted = _present(asked, column="account_id").values("account").annotate(people=Count("pk"))
    if asked.comparison is Comparison.AT_LEAST:
        least = math.ceil(numbered(asked.value))
        if least <= 0:
            return Q(pk__isnull=False)
        return Q(pk__in=counted.filter(people__gte=least).values("account"))
    return ~Q(pk__in=counted.filter(people__gt=number).values("account")) & Q(pk__isnull=number < 0)


def _people_told(asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = _present(asked, column="account_id").filter(one_of_many(ids, column="account_id"))
    counts = dict(rows.values_list("account").annotate(people=Count("pk")))
    return {
        pk: ngettext("%d person", "%d people", counts.get(pk, 0)) % counts.get(pk, 0) for pk in ids
    }


# --- Relationships ------------------------------------------------------------------------


def _relation_matching(column: str, asked: AskedCriterion) -> Q:
    rows = Relationship.objects.of(asked.workspace).present().filter(kind__in=asked.chosen)
    if asked.among is not None:
        rows = rows.filter(one_of_many(asked.among, column=f"{column}_id"))
    has = Q(pk__in=rows.values(column))
    return ~has if asked.comparison in NEGATIVE else has


def _relation_told(column: str, asked: AskedCriterion, ids: Collection[UUID]) -> Mapping[UUID, str]:
    rows = Relationship.objects.of(asked.workspace).present()
    rows = rows.filter(one_of_many(ids, column=f"{column}_id"))
    kinds: defaultdict[UUID, set[RelationKind]] = defaultdict(set)
    for pk, kind in rows.values_list(f"{column}_id", "kind"):
        kinds[pk].add(RelationKind(kind))
    label = _("Relationships")
    return {
        pk: labelled_value(
            label,
            ", ".join(str(wording.RELATIONS[kind]) for kind in RelationKind if kind in kinds[pk])
            or _("none"),
        )
        for pk in ids
    }


# --- A person's part in an account --------------------------------------------------------


def _role_matching(asked: AskedCriterion) -> Q:
    rows = Membership.objects.of(asked.workspace).filter(until_on=None)
    if asked.among is not None:
        rows = rows.filter(one_of_many(asked.among, column="person_id"))
    match asked.comparison:
        case Comparison.KNOWN | Comparison.UNKNOWN:
            rows = rows.exclude(role="")
        case Comparison.CONTAINS | Comparison.STARTS_WITH:
            rows = rows.filter(Q((f"role__{LOOKUPS[asked.comparison]}", typed(asked.value))))
        case _:
            rows = rows.filter(role__in=asked.chosen)
    has = Q(pk__in=rows.values("person"))
    return ~has if asked.comparison in NEGATIVE else has


def _role_told(asked: AskedCriterion, ids: Collection[UUID]) -> dict[UUID, str]:
    rows = Membership.objects.of(asked.workspace).filter(until_on=None).exclude(role="")
    rows = rows.filter(one_of_many(ids, column="person_id")).order_by("role")
    roles: defaultdict[UUID, list[str]] = defaultdict(list)
    for pk, role in rows.values_list("person_id", "role"):
        roles[pk].append(role)
    return {pk: labelled_value(_("Role"), ", ".join(roles[pk])) for pk in ids}


# --- All of them --------------------------------------------------------------------------

_RELATION_CHOICES = {str(kind): words for kind, words in wording.RELATIONS.items()}
_BAND_CHOICES = {str(band): words for band, words in wording.BANDS.items()}
_SCORE = gettext_lazy("Health score")
_CHANGE = gettext_lazy("Change of health in 28 days")

OF_ACCOUNTS: Final = (
    Criterion(
        name="customers.stage_days",
        label=gettext_lazy("Days in its stage"),
        group=ABOUT_ACCOUNT,
        about=About.ACCOUNTS,
        kind=ValueKind.NUMBER,
        comparisons=EXTENT,
        matching=_stage_days_matching,
        told=_stage_days_told,
        by_time=True,
    ),
    Criterion(
        name="customers.health_band",
        label=gettext_lazy("Health"),
        group=ABOUT_ACCOUNT,
        about=About.ACCOUNTS,
        kind=ValueKind.CHOICE,
        comparisons=AMONG,
        matching=_band_matching,
        told=_band_told,
        choices=_BAND_CHOICES,
    ),
    Criterion(
        name="customers.health_score",
        label=_SCORE,
        group=ABOUT_ACCOUNT,
        about=About.ACCOUNTS,
        kind=ValueKind.NUMBER,
        comparisons=(*EXTENT, *EMPTINESS),
        matching=partial(_column_matching, "health_score"),
        told=partial(_number_told, "health_score", _SCORE),
    ),
    Criterion(
        name="customers.health_change",
        label=_CHANGE,
        group=ABOUT_ACCOUNT,
        about=About.ACCOUNTS,
        kind=ValueKind.NUMBER,
        comparisons=(*EXTENT, *EMPTINESS),
        matching=partial(_column_matching, "health_change_28d"),
        told=partial(_number_told, "health_change_28d", _CHANGE),
    ),
    Criterion(
        name="customers.people",
        label=gettext_lazy("Number of people"),
        group=ABOUT_ACCOUNT,
        about=About.ACCOUNTS,
        kind=ValueKind.NUMBER,
        comparisons=EXTENT,
        matching=_people_matching,
        told=_people_told,
    ),
    Criterion(
        name="customers.relation",
        label=gettext_lazy("Somebody there"),
        group=ABOUT_ACCOUNT,
        about=About.ACCOUNTS,
        kind=ValueKind.CHOICE,
        comparisons=AMONG,
        matching=partial(_relation_matching, "account"),
        told=partial(_relation_told, "account"),
        choices=_RELATION_CHOICES,
    ),
)

OF_PEOPLE: Final = (
    Criterion(
        name="customers.relation",
        label=gettext_lazy("Relationship"),
        group=ABOUT_PERSON,
        about=About.PEOPLE,
        kind=ValueKind.CHOICE,
        comparisons=AMONG,
        matching=partial(_relation_matching, "from_person"),
        told=partial(_relation_told, "from_person"),
        choices=_RELATION_CHOICES,
    ),
    Criterion(
        name="customers.role",
        label=gettext_lazy("Role in the account"),
        group=ABOUT_PERSON,
        about=About.PEOPLE,
        kind=ValueKind.TEXT,
        comparisons=TEXT,
        matching=_role_matching,
        told=_role_told,
    ),
)
