"""What audiences can ask about letters: who was written to, who answered, who cannot be reached.

Letters that people asked for themselves (links to come in, receipts) do not count. An account is
asked about the letters and answers that bear its name, and about the people who are in it now.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.foundation.criteria import (
    About,
    AskedCriterion,
    Comparison,
    Criterion,
    Parameter,
    ValueKind,
    Words,
    one_of_many,
)
from vereda.foundation.wording import day_words, number_words
from vereda.messaging import wording
from vereda.messaging.contracts import (
    DeliveryOutcome,
    LetterKind,
    LetterState,
    SuppressionReason,
)
from vereda.messaging.models.letters import Delivery, Message
from vereda.messaging.models.replies import InboundLetter
from vereda.messaging.queries.people import closed_addresses
from vereda.messaging.queries.settings import letter_setting
from vereda.messaging.rules.kinds import FREE_KINDS
from vereda.surveys.queries.asking import last_survey_letters

if TYPE_CHECKING:
    from vereda.foundation.scoping import OwnedRows
    from vereda.workspaces.models import Workspace

ANY: Final = "any"
SURVEY: Final = "survey"
GROUP: Final = gettext_lazy("Letters")
RETURNED: Final = (DeliveryOutcome.BOUNCED, DeliveryOutcome.REFUSED)
DATES: Final = (
    Comparison.IN_LAST_DAYS,
    Comparison.BEFORE,
    Comparison.AFTER,
    Comparison.KNOWN,
    Comparison.UNKNOWN,
)
CLOSED: Final[Mapping[str, Words]] = {
    str(reason): words
    for reason, words in wording.SUPPRESSIONS.items()
    if reason is not SuppressionReason.ERASED
}
KINDS: Final[Mapping[str, Words]] = {
    ANY: gettext_lazy("Any letter"),
    **{str(kind): words for kind, words in wording.KINDS.items() if kind not in FREE_KINDS},
    SURVEY: gettext_lazy("A survey"),
}

Told = Mapping[UUID, str]
Last = Callable[[AskedCriterion, Collection[UUID] | None], Mapping[UUID, datetime]]
"""When something happened last, by account or person; of these only, where ids are given."""


class LetterCriteria:
    """Messaging's share of what can be asked, about accounts and about people alike."""

    def criteria(self, workspace: Workspace, *, about: About) -> Sequence[Criterion]:
        """Five questions; no query."""
        del workspace
        which = Parameter(
            name="kind",
            label=gettext_lazy("Kind of letter"),
            kind=ValueKind.CHOICE,
            choices=KINDS,
            default=ANY,
        )
        return (
            _dated(
                "written_to", gettext_lazy("Last letter to them"), about, last_letters, (which,)
            ),
            _dated(
                "answered", gettext_lazy("Last answer by letter"), about, last_answers_by_letter
            ),
            _dated("returned", gettext_lazy("A letter did not arrive"), about, last_returns),
            Criterion(
                name="messaging.unanswered",
                label=gettext_lazy("Days without an answer to the last letter"),
                group=GROUP,
                about=about,
                kind=ValueKind.NUMBER,
                comparisons=(Comparison.AT_LEAST, Comparison.AT_MOST),
                matching=_has_not_answered,
                told=_tell_unanswered,
                by_time=True,
            ),
            Criterion(
                name="messaging.closed",
                label=gettext_lazy("Their address is not written to because"),
                group=GROUP,
                about=about,
                kind=ValueKind.CHOICE,
                comparisons=(Comparison.IS, Comparison.ANY_OF, Comparison.NONE_OF),
                matching=_is_closed,
                told=_tell_closed,
                choices=CLOSED,
            ),
        )


def _dated(
    name: str,
    label: Words,
    about: About,
    last: Last,
    parameters: tuple[Parameter, ...] = (),
) -> Criterion:
    """When something happened last, or that it never did."""

    def matching(asked: AskedCriterion) -> Q:
        happened = last(asked, asked.among)
        if asked.comparison is Comparison.UNKNOWN:
            return ~one_of_many(list(happened))
        return one_of_many([pk for pk, at in happened.items() if _fits(asked, at)])

    def told(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
        happened = last(asked, ids)
        never = _("never")
        return {
            pk: _("%(what)s: %(when)s")
            % {
                "what": label,
                "when": day_words(asked.day_of(happened[pk])) if pk in happened else never,
            }
            for pk in ids
        }

    return Criterion(
        name=f"messaging.{name}",
        label=label,
        group=GROUP,
        about=about,
        kind=ValueKind.DATE,
        comparisons=DATES,
        matching=matching,
        told=told,
        parameters=parameters,
        by_time=True,
    )


def _fits(asked: AskedCriterion, at: datetime) -> bool:
    match asked.comparison:
        case Comparison.KNOWN:
            return True
        case Comparison.BEFORE:
            return isinstance(asked.value, date) and asked.day_of(at) < asked.value
        case Comparison.AFTER:
            return isinstance(asked.value, date) and asked.day_of(at) > asked.value
    return at > asked.since


# --- When last --------------------------------------------------------------------------------


def _newest(
    rows: OwnedRows[Message] | OwnedRows[InboundLetter] | OwnedRows[Delivery],
    column: str,
    at: str,
    *,
    ids: Collection[UUID] | None,
) -> dict[UUID, datetime]:
    """The newest of these rows by that column; one query."""
    rows = rows.filter(**{f"{column}__isnull": False, f"{at}__isnull": False})
    if ids is not None:
        rows = rows.filter(one_of_many(ids, column=column))
    return dict(rows.order_by().values_list(column).annotate(newest=Max(at)))


def last_letters(asked: AskedCriterion, ids: Collection[UUID] | None) -> Mapping[UUID, datetime]:
    """When each was written to last, with a letter of that kind; surveys are letters too."""
    kind = str(asked.parameters.get("kind") or ANY)
    surveys: Mapping[UUID, datetime] = {}
    if kind in {ANY, SURVEY}:
        surveys = last_survey_letters(asked.workspace, column=asked.column, ids=ids)
    if kind == SURVEY:
        return surveys
    rows = Message.objects.of(asked.workspace).left()
    rows = rows.exclude(kind__in=FREE_KINDS) if kind == ANY else rows.filter(kind=LetterKind(kind))
    letters = _newest(rows, asked.column, "claimed_at", ids=ids)
    return {
        pk: max(at for at in (letters.get(pk), surveys.get(pk)) if at is not None)
        for pk in letters.keys() | surveys.keys()
    }


def last_answers_by_letter(
    asked: AskedCriterion, ids: Collection[UUID] | None
) -> Mapping[UUID, datetime]:
    """When each answered last; what a member set aside is no answer of theirs."""
    rows = InboundLetter.objects.of(asked.workspace).standing()
    return _newest(rows, asked.column, "received_at", ids=ids)


def last_returns(asked: AskedCriterion, ids: Collection[UUID] | None) -> Mapping[UUID, datetime]:
    """When a letter to each did not arrive last: refused for good, or it came back."""
    rows = Delivery.objects.of(asked.workspace).filter(outcome__in=RETURNED)
    return _newest(rows, f"message__{asked.column}", "at", ids=ids)


# --- Not answered -----------------------------------------------------------------------------


def _waiting_since(asked: AskedCriterion, ids: Collection[UUID] | None) -> Mapping[UUID, datetime]:
    """Since when each owes an answer to the last letter that can be answered; those who answered
    since are not there. Where no answers can come in, nobody owes one."""
    if not letter_setting(asked.workspace).reply_domain:
        return {}
    rows = Message.objects.of(asked.workspace).exclude(kind__in=FREE_KINDS)
    rows = rows.filter(state=LetterState.SENT, reply_to__isnull=False)
    asked_at = _newest(rows, asked.column, "claimed_at", ids=ids)
    answered = last_answers_by_letter(asked, ids)
    return {
        pk: at for pk, at in asked_at.items() if (last := answered.get(pk)) is None or last < at
    }


def _has_not_answered(asked: AskedCriterion) -> Q:
    least = asked.comparison is Comparison.AT_LEAST
    border = asked.since
    waiting = _waiting_since(asked, asked.among)
    return one_of_many(
        [pk for pk, at in waiting.items() if (at <= border if least else at >= border)]
    )


def _tell_unanswered(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    waiting = _waiting_since(asked, ids)
    return {pk: _unanswered_words(asked, waiting.get(pk)) for pk in ids}


def _unanswered_words(asked: AskedCriterion, at: datetime | None) -> str:
    if at is None:
        return _("owes no answer to a letter")
    days = max((asked.now - at).days, 0)
    return ngettext(
        "letter of %(day)s not answered for %(days)s day",
        "letter of %(day)s not answered for %(days)s days",
        days,
    ) % {"day": day_words(asked.day_of(at)), "days": number_words(days)}


# --- Cannot be reached ------------------------------------------------------------------------


def _is_closed(asked: AskedCriterion) -> Q:
    closed = closed_addresses(asked.workspace, about=asked.about, among=asked.among)
    inside = one_of_many([pk for pk, held in closed.items() if held.intersection(asked.chosen)])
    return ~inside if asked.comparison is Comparison.NONE_OF else inside


def _tell_closed(asked: AskedCriterion, ids: Collection[UUID]) -> Told:
    closed = closed_addresses(asked.workspace, about=asked.about, among=ids)
    return {
        pk: _("address not written to: %s") % ", ".join(_closed_words(closed[pk]))
        if pk in closed
        else _("may be written to")
        for pk in ids
    }


def _closed_words(reasons: Collection[str]) -> list[str]:
    return [str(wording.SUPPRESSIONS[SuppressionReason(each)]) for each in sorted(reasons)]
