"""What an audience can ask about health, beside the score and colour that customers offers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Subquery, UUIDField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers.contracts import HealthBand
from vereda.customers.wording import BANDS
from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    Parameter,
    ValueKind,
    one_of_many,
    span_of,
)
from vereda.foundation.wording import day_words, number_words
from vereda.health.contracts import PULSE_FRESH_DAYS
from vereda.health.models.pulses import Pulse
from vereda.health.models.scores import Score, ScoreDay, ScoreRows
from vereda.health.queries.scorecards import scorecards_in
from vereda.health.wording import OPINIONS

if TYPE_CHECKING:
    from vereda.foundation.scoping import OwnedRows
    from vereda.workspaces.models import Workspace

GROUP: Final = gettext_lazy("Health")
DAYS: Final = "days"
Told = Mapping[UUID, str]


class HealthCriteria:
    """How long a colour lasts, how far a score fell, which scorecard applies, what we think."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """What can be asked about accounts; about people nothing of this."""
        if about is not About.ACCOUNTS:
            return ()
        cards = {card.key: card.name for card in scorecards_in(workspace)}
        return [
            _asked(
                "band_lasting",
                gettext_lazy("Has had the health colour for days"),
                ValueKind.CHOICE,
                (Comparison.IS, Comparison.ANY_OF),
                has_had_band,
                tell_band_since,
                choices={str(band): word for band, word in BANDS.items()},
                parameters=(_days("14"),),
                by_time=True,
            ),
            _asked(
                "fell",
                gettext_lazy("Health fell by so many points"),
                ValueKind.NUMBER,
                (Comparison.AT_LEAST,),
                has_fallen,
                tell_fall,
                parameters=(_days("28"),),
                by_time=True,
            ),
            _asked(
                "scorecard",
                gettext_lazy("Scorecard"),
                ValueKind.CHOICE,
                (Comparison.IS, Comparison.IS_NOT, Comparison.ANY_OF),
                has_card,
                tell_card,
                choices=cards,
            ),
            _asked(
                "opinion",
                gettext_lazy("Our opinion, 1 to 5"),
                ValueKind.NUMBER,
                (Comparison.AT_LEAST, Comparison.AT_MOST, Comparison.KNOWN, Comparison.UNKNOWN),
                has_opinion,
                tell_opinion,
                by_time=True,
            ),
        ]


def _days(default: str) -> Parameter:
    return Parameter(
        name=DAYS, label=gettext_lazy("in days"), kind=ValueKind.NUMBER, default=default
    )


def _asked(
    name: str,
    label: Any,
    kind: ValueKind,
    comparisons: tuple[Comparison, ...],
    matching: Callable[[AskedCriterion], Q],
    told: Callable[[AskedCriterion, Collection[UUID]], Told],
    **more: Any,
) -> Criterion:
    return Criterion(
        name=f"health.{name}",
        label=label,
        group=GROUP,
        about=About.ACCOUNTS,
        kind=kind,
        comparisons=comparisons,
        matching=matching,
        told=told,
        **more,
    )


# --- A colour that lasts -----------------------------------------------------------


def has_had_band(asked: AskedCriterion) -> Q:
    """Accounts whose colour is one of these and was all those days."""
    wanted, since = asked.chosen, asked.today - _span(asked)
    days = ScoreDay.objects.of(asked.workspace).filter(account=OuterRef("account"))
    then = days.filter(on__lte=since).order_by("-on").values("band")[:1]
    other = days.filter(on__gt=since).exclude(band__in=wanted)
    rows = Score.objects.of(asked.workspace).filter(band__in=wanted)
    rows = rows.annotate(then=Subquery(then)).filter(~Exists(other), then__in=wanted)
    return Q(pk__in=rows.values("account"))


def tell_band_since(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """Since when the number and colour are what they are."""
    rows = _scores(asked, ids).values_list("account", "band", "since_on")
    return {
        account_id: _("%(band)s, last moved %(day)s")
        % {"band": BANDS[HealthBand(band)], "day": day_words(since_on)}
        for account_id, band, since_on in rows
    }


# --- A fall --------------------------------------------------------------------------


def has_fallen(asked: AskedCriterion) -> Q:
    """Accounts whose score is lower than it was then by so many points, by the same rules."""
    rows = _fallen(asked, Score.objects.of(asked.workspace)).filter(fall__gte=_number(asked))
    return Q(pk__in=rows.values("account"))


def tell_fall(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """From what to what."""
    rows = _fallen(asked, _scores(asked, ids)).filter(fall__gt=0)
    return {
        account_id: _("health from %(before)s to %(after)s")
        % {"before": number_words(then), "after": number_words(value)}
        for account_id, then, value in rows.values_list("account", "then", "value")
    }


def _fallen(asked: AskedCriterion, rows: ScoreRows) -> Any:
    since = asked.today - _span(asked)
    days = ScoreDay.objects.of(asked.workspace).filter(account=OuterRef("account"), on__lte=since)
    newest = days.order_by("-on")
    return (
        rows.annotate(
            then=Subquery(newest.values("value")[:1]),
            by=Subquery(newest.values("version")[:1], output_field=UUIDField()),
        )
        .filter(then__isnull=False, value__isnull=False, by=F("version"))
        .annotate(fall=F("then") - F("value"))
    )


# --- The card, the opinion -------------------------------------------------------------


def has_card(asked: AskedCriterion) -> Q:
    """Accounts that these scorecards judge; IS_NOT: all others."""
    numbers = [int(key.removeprefix("SC-")) for key in asked.chosen]
    rows = Score.objects.of(asked.workspace).filter(version__scorecard__number__in=numbers)
    inside = Q(pk__in=rows.values("account"))
    return ~inside if asked.comparison is Comparison.IS_NOT else inside


def tell_card(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """Which one, in which version."""
    rows = _scores(asked, ids).values_list("account", "version__scorecard__name", "version__number")
    return {account_id: f"{name} v{number}" for account_id, name, number in rows}


def has_opinion(asked: AskedCriterion) -> Q:
    """Accounts by the latest opinion that still counts."""
    later = Pulse.objects.of(asked.workspace).filter(account=OuterRef("account"))
    rows = _fresh(asked).filter(
        ~Exists(
            later.filter(Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), pk__gt=OuterRef("pk")))
        )
    )
    match asked.comparison:
        case Comparison.UNKNOWN:
            return ~Q(pk__in=rows.values("account"))
        case Comparison.AT_LEAST:
            rows = rows.filter(value__gte=_number(asked))
        case Comparison.AT_MOST:
            rows = rows.filter(value__lte=_number(asked))
    return Q(pk__in=rows.values("account"))


def tell_opinion(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    """The latest opinion, in a word."""
    rows = _fresh(asked).filter(one_of_many(ids, column="account")).order_by("at", "pk")
    return {
        account_id: f"{value}/5 · {OPINIONS[value]}"
        for account_id, value in rows.values_list("account", "value")
    }


def _fresh(asked: AskedCriterion) -> OwnedRows[Pulse]:
    since = asked.now - timedelta(days=PULSE_FRESH_DAYS)
    return Pulse.objects.of(asked.workspace).filter(at__gte=since, at__lte=asked.now)


# --- Reading what was asked --------------------------------------------------------------


def _scores(asked: AskedCriterion, ids: Collection[UUID]) -> ScoreRows:
    rows: ScoreRows = Score.objects.of(asked.workspace).filter(one_of_many(ids, column="account"))
    return rows


def _number(asked: AskedCriterion) -> Decimal:
    return asked.value if isinstance(asked.value, Decimal) else Decimal(0)


def _span(asked: AskedCriterion) -> timedelta:
    return span_of(asked.parameters.get(DAYS, 0))
