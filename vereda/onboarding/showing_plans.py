"""A plan as its lead reads it: every set, item, clock, promise and person, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.foundation.charts import Share, bars
from vereda.foundation.wording import short_day_words
from vereda.onboarding.contracts.plans import Clocks, EntryKind, ItemState, Owner
from vereda.onboarding.contracts.templates import Party, SetNumber, words_for_reader
from vereda.onboarding.rules.promises import PromiseState
from vereda.onboarding.wording.board import (
    AT_ONCE,
    PARTIES_TOLD,
    PHASE_TONES,
    STATE_TONES,
    VERBS,
    days_taken_words,
    forecast_words,
    late_words,
)
from vereda.onboarding.wording.plans import (
    ENTRIES,
    EXIT_ANSWERS,
    HOLDERS,
    OWNERS,
    PHASES,
    STATES,
    TOOL_RESULTS,
    TOOLS,
    objection_words,
)
from vereda.onboarding.wording.promises import promise_words
from vereda.onboarding.wording.templates import (
    CAUSES,
    FOLLOW_UPS_BY,
    ITEM_KINDS,
    KIND_ICONS,
    SETS,
    gate_label,
    gate_unlocks,
    intensity_value_words,
    intensity_words,
    item_title,
)

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

    from vereda.onboarding.models.items import PlanEntry
    from vereda.onboarding.queries.promising import PromiseView
    from vereda.onboarding.queries.whole import ItemView, PlanView, SetView
    from vereda.onboarding.rules.follow_ups import PlannedFollowUp

A_DAY = timedelta(days=1)
OWNER_TONES = {
    Owner.WORK: "good",
    Owner.US: "risk",
    Owner.THEM: "watch",
    Owner.THIRD_PARTY: "3",
    Owner.CALENDAR: "unknown",
}
PROMISE_TONES = {
    PromiseState.LATE: "risk",
    PromiseState.KEPT: "good",
    PromiseState.KEPT_LATE: "watch",
    PromiseState.WITHDRAWN: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownVerb:
    """Something that can be done with an item; at once, or after a word more."""

    verb: str
    label: Promise
    at_once: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlanItem:
    """An item of a plan in words. why_not: why nothing can be done about it, where that is so."""

    view: ItemView
    title: str
    wanted: str
    kind: Promise
    icon: str
    state: Promise
    tone: str
    waits_for: str
    late: str
    given: str
    verbs: tuple[ShownVerb, ...]
    why_not: str
    follow_ups: tuple[ShownFollowUp, ...]
    followed_up: str
    no_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFollowUp:
    """A planned follow-up in words; due: today, or before."""

    planned: PlannedFollowUp
    how: Promise
    due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlanSet:
    """A set of a plan in words. shows: it stands open on the page."""

    view: SetView
    name: Promise
    items: tuple[ShownPlanItem, ...]
    label: str
    unlocks: str
    missing: str
    took: str
    shows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """Something that happened, as evidence. late: when it was told, where that was later."""

    entry: PlanEntry
    words: Promise
    item: str
    who: str
    said: str


def titles_of(view: PlanView) -> dict[str, str]:
    """What each item is called for the reader."""
    language = get_language() or "en"
    return {key: words_for_reader(words, language) or key for key, words in view.titles.items()}


def shown_plan(view: PlanView) -> dict[str, Any]:
    """Everything that the page of a plan says."""
    titles = titles_of(view)
    holding = view.standing.holding()
    waits = not (view.plan.ended_at or view.standing.agreed_at is None)
    return {
        "view": view,
        "plan": view.plan,
        "phase": PHASES[view.phase],
        "phase_tone": PHASE_TONES.get(view.phase, "plain"),
        "waits": HOLDERS[holding.party] if waits else "",
        "waits_item": titles.get(holding.item, ""),
        "late": late_words(max((item.late_days for item in view.late_items), default=0)),
        "set_name": SETS[SetNumber(view.set_now.number)],
        "sets": [_shown_set(each, view, titles=titles) for each in view.sets],
        "promises": [shown_promise(each, titles=titles) for each in view.promises],
        "forecasts": _forecasts(view),
        "clocks": shown_clocks(view.clocks),
        "clocks_whole": shown_clocks(view.clocks_whole),
        "two_clocks": view.clocks_whole.end != view.clocks.end,
        "people_in": [each for each in view.people if each.in_plan or each.reached_at],
        "people_out": [each for each in view.people if not each.in_plan and not each.reached_at],
        "intensity": intensity_words(view.intensity),
        "intensity_parts": [
            (CAUSES[part.cause], intensity_value_words(part)) for part in view.intensity.parts
        ],
        "answer": EXIT_ANSWERS[view.answer] if view.answer else "",
        "tools": [
            {
                "tool": tool,
                "kind": TOOLS[tool.kind],  # type: ignore[index]
                "result": TOOL_RESULTS[tool.resulted] if tool.resulted else "",
            }
            for tool in view.tools
        ],
    }


def shown_promise(view: PromiseView, *, titles: Mapping[str, str]) -> dict[str, Any]:
    """A promise as the customer reads it, and how it stands."""
    return {
        "promise": view.promise,
        "words": promise_words(view, titles=titles),
        "tone": PROMISE_TONES.get(view.standing.state, "plain"),
        "stands": view.promise.withdrawn_at is None,
    }


def _forecasts(view: PlanView) -> list[tuple[str, str]]:
    told = [(_("In their hands"), view.to_sold), (_("Onboarded, with benefit"), view.to_onboarded)]
    return [(label, forecast_words(each)) for label, each in told if each is not None]


def shown_clocks(clocks: Clocks) -> dict[str, Any] | None:
    """What the customer remembers, and whose each day of it was; None before their yes."""
    if clocks.start is None:
        return None
    return {
        "remembered": days_taken_words(clocks.remembered / A_DAY),
        "worked": days_taken_words(clocks.work / A_DAY),
        "owners": owner_bars({owner: clocks.owned_by(owner) / A_DAY for owner in Owner}),
        "held": [
            (PARTIES_TOLD[party], days_taken_words(clocks.held_by(party) / A_DAY))
            for party in Party
            if clocks.held_by(party)
        ],
    }


def owner_bars(days: Mapping[Owner, float]) -> SafeString:
    """Whose the days were, as bars with their numbers."""
    shares = [
        Share(OWNERS[owner], days[owner], OWNER_TONES[owner], days_taken_words(days[owner]))
        for owner in Owner
    ]
    return bars(shares, title=_("Whose the days were"))


def _shown_set(view: SetView, whole: PlanView, *, titles: Mapping[str, str]) -> ShownPlanSet:
    return ShownPlanSet(
        view=view,
        name=SETS[view.number],
        items=tuple(_shown_item(each, titles=titles, today=whole.today) for each in view.items),
        label=gate_label(view.gate),
        unlocks=gate_unlocks(view.gate),
        missing=", ".join(titles.get(key, key) for key in view.missing),
        took=days_taken_words(view.days) if view.days is not None else "",
        shows=view.number == whole.set_now.number and not view.is_finished,
    )


def _shown_follow_ups(view: ItemView, *, today: date) -> tuple[ShownFollowUp, ...]:
    return tuple(
        ShownFollowUp(planned=each, how=FOLLOW_UPS_BY[each.by], due=each.on <= today)
        for each in (view.follow_ups.ahead if view.follow_ups else ())
    )


def _shown_item(view: ItemView, *, titles: Mapping[str, str], today: date) -> ShownPlanItem:
    asked, state, language = view.asks, view.standing.state, get_language() or "en"
    verbs = tuple(
        ShownVerb(verb=verb, label=label, at_once=verb in AT_ONCE)
        for verb, label in VERBS.items()
        if verb in view.verbs
    )
    first = next(
        (view.refused[verb] for verb in WORKING if verb in view.refused and not view.in_play), None
    )
    return ShownPlanItem(
        view=view,
        title=item_title(asked),
        wanted=words_for_reader(asked.wanted, language),
        kind=ITEM_KINDS[asked.kind],
        icon=KIND_ICONS[asked.kind],
        state=STATES[state],
        tone=STATE_TONES.get(state, "plain"),
        waits_for=str(HOLDERS[view.held_by]) if view.held_by else "",
        late=late_words(view.late_days),
        given=given_words(view.given, view=view, language=language) if view.given else "",
        verbs=verbs,
        follow_ups=_shown_follow_ups(view, today=today),
        followed_up=", ".join(
            short_day_words(day) for day in (view.follow_ups.done_on if view.follow_ups else ())
        ),
        no_more=view.follow_ups is not None and not view.follow_ups.ahead,
        why_not=objection_words(first, item=asked.key, titles=titles)
        if first and state is ItemState.NOT_YET
        else "",
    )


WORKING = (EntryKind.STARTED, EntryKind.SUBMITTED, EntryKind.REQUESTED)


def given_words(entry: PlanEntry, *, view: ItemView, language: str) -> str:
    """What they gave, short: the value, the answer, the name of the file."""
    answers = {each.key: words_for_reader(each.titles, language) for each in view.asks.choices}
    file = entry.file.name if entry.file else ""
    return entry.value or answers.get(entry.choice, entry.choice) or file or entry.words


def shown_entries(view: PlanView, *, most: int | None) -> list[ShownEntry]:
    """What happened, the last first."""
    titles = titles_of(view)
    keys = {item.row.pk: item.row.key for each in view.sets for item in each.items}
    named = {pk: titles.get(key, key) for pk, key in keys.items()}
    rows = view.entries if most is None else view.entries[:most]
    return [
        _shown_entry(row, title=named.get(row.item_id, "") if row.item_id else "") for row in rows
    ]


def _shown_entry(entry: PlanEntry, *, title: str) -> ShownEntry:
    who = entry.person.called if entry.person else entry.member.name if entry.member else ""
    to = _("To: %s.") % PARTIES_TOLD[Party(entry.to)] if entry.to else ""
    said = [to, entry.because, entry.words if entry.words != entry.value else "", entry.value]
    if entry.answer:
        said.append(str(entry.get_answer_display()))
    if entry.score is not None:
        said.append(_("%s of 5") % entry.score)
    if entry.file:
        said.append(entry.file.name)
    return ShownEntry(
        entry=entry,
        words=ENTRIES[EntryKind(entry.kind)],
        item=title,
        who=who,
        said=" ".join(word for word in said if word),
    )
