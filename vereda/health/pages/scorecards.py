"""Pages: the scorecards, and one of them with its versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.audiences.queries.audiences import audience_with_id, live_audiences
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.criteria import About
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer, answer_after, notice
from vereda.health.actions.scorecards import (
    archive_scorecard,
    describe_scorecard,
    discard_draft,
    draft_scorecard,
    publish_scorecard,
    restore_scorecard,
)
from vereda.health.contracts import ScoreRules
from vereda.health.files import preset_named, presets, scorecard_as_file, scorecard_in_file
from vereda.health.forms import PublishForm, ScorecardFileForm, ScorecardForm
from vereda.health.jobs import score_by_new_rules, score_whole_portfolio
from vereda.health.models.scorecards import Scorecard, ScorecardVersion
from vereda.health.queries.backtests import records_of
from vereda.health.queries.inputs import inputs_of
from vereda.health.queries.scorecards import (
    archived_scorecards,
    cards_in_force,
    latest_version,
    scorecard_with_key,
    scorecards_in,
    version_of,
    versions_of,
)
from vereda.health.queries.scores import portfolio_health, scored_by_version
from vereda.health.rules.checking import problems_in_rules, rules_difference
from vereda.health.wording import problem_words
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.audiences.models import Audience
    from vereda.workspaces.models import Member, Workspace

VERB = ("POST",)


@page(may="health.see", methods=READING)
def scorecards(request: MemberRequest) -> HttpResponse:
    """Every scorecard in the order in which they are asked, and the health of the portfolio."""
    workspace = request.member.workspace
    forced = {each.card.pk: each for each in cards_in_force(workspace)}
    records = records_of(workspace, [each.version.pk for each in forced.values()])
    counts = scored_by_version(workspace)
    rows = [
        {
            "card": card,
            "version": forced[card.pk].version if card.pk in forced else None,
            "record": records[forced[card.pk].version.pk] if card.pk in forced else None,
            "accounts": counts.get(forced[card.pk].version.pk, 0) if card.pk in forced else 0,
        }
        for card in scorecards_in(workspace)
    ]
    rows.sort(key=lambda row: row["card"].audience_id is None)  # type: ignore[union-attr]
    context = {
        "rows": rows,
        "archived": archived_scorecards(workspace),
        "portfolio": portfolio_health(workspace),
        "presets": [(each.slug, _(each.name), _(each.description)) for each in presets()],
        "may_edit": request.member.may("health.edit"),
        "may_publish": request.member.may("health.publish"),
    }
    return answer(request, "health/scorecards.html", context)


@page(may="health.see", methods=READING)
def scorecard(request: MemberRequest, card: str) -> HttpResponse:
    """One scorecard: its rules, its draft, its versions."""
    row = scorecard_with_key(request.member.workspace, card)
    return card_page(request, row, PublishForm())


def card_page(request: MemberRequest, card: Scorecard, form: PublishForm) -> HttpResponse:
    """The page of a scorecard, with the form that publishes its draft."""
    workspace = request.member.workspace
    versions, inputs, draft = versions_of(card), inputs_of(workspace), card.drafted
    latest = versions[0] if versions else None
    published = latest.ruled if latest else None
    problems = problems_in_rules(draft, inputs=inputs) if draft is not None else []
    context = {
        "card": card,
        "inputs": inputs,
        "rules": draft if draft is not None else published,
        "draft": draft,
        "latest": latest,
        "versions": version_rows(versions),
        "problems": [problem_words(each, draft, inputs) for each in problems] if draft else [],
        "difference": rules_difference(published, draft) if draft and published else None,
        "form": form,
        "may_edit": request.member.may("health.edit") and card.archived_at is None,
        "may_publish": request.member.may("health.publish") and card.archived_at is None,
    }
    return answer(request, "health/scorecard.html#state", context, status=form.answer_status)


def version_rows(versions: list[ScorecardVersion]) -> list[dict[str, Any]]:
    """Each version with what it changed against the one before."""
    rows = []
    for place, version in enumerate(versions):
        before = versions[place + 1] if place + 1 < len(versions) else None
        difference = rules_difference(before.ruled, version.ruled) if before else None
        rows.append({"version": version, "difference": difference})
    return rows


@page(may="health.see", methods=READING)
def version(request: MemberRequest, card: str, number: int) -> HttpResponse:
    """The rules as they were published, and what they changed."""
    row = scorecard_with_key(request.member.workspace, card)
    shown = version_of(row, number)
    before = version_of(row, number - 1) if number > 1 else None
    context = {
        "card": row,
        "version": shown,
        "rules": shown.ruled,
        "inputs": inputs_of(request.member.workspace),
        "difference": rules_difference(before.ruled, shown.ruled) if before else None,
    }
    return answer(request, "health/version.html", context)


# --- New and other words --------------------------------------------------------------


@page(may="health.edit")
def new_scorecard(request: MemberRequest) -> HttpResponse:
    """A new card: empty, or from a preset."""
    workspace = request.member.workspace
    chosen = preset_named(request.GET.get("preset", ""))
    initial = {"precedence": 100, "owner": str(request.member.pk)}
    if chosen is not None:
        initial |= {"name": _(chosen.name), "description": _(chosen.description)}
    form = ScorecardForm(
        request.POST or None,
        audiences=audience_choices(workspace),
        members=member_choices(workspace),
        initial=initial,
    )
    made: list[Scorecard] = []

    def act() -> None:
        made.append(
            draft_scorecard(
                workspace,
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
                rules=chosen.rules if chosen else ScoreRules(),
                audience=chosen_audience(workspace, form.cleaned_data["audience"]),
                precedence=form.cleaned_data["precedence"],
                by=request.member,
            )
        )

    if form.accepts(act):
        return to_card(request, made[0], _("The draft is there. It scores nobody yet."))
    context = {"form": form, "preset": _(chosen.name) if chosen else ""}
    return answer(request, "health/new_scorecard.html", context, status=form.answer_status)


@page(may="health.edit")
def describe(request: MemberRequest, card: str) -> HttpResponse:
    """Its name, whom it is for, who keeps it."""
    workspace = request.member.workspace
    row = scorecard_with_key(workspace, card)
    form = ScorecardForm(
        request.POST or None,
        audiences=audience_choices(workspace),
        members=member_choices(workspace),
        initial={
            "name": row.name,
            "description": row.description,
            "audience": str(row.audience_id or ""),
            "precedence": row.precedence,
            "owner": str(row.owner_id or ""),
        },
    )

    @transaction.atomic
    def act() -> None:
        cleaned = form.cleaned_data
        moves = describe_scorecard(
            row,
            name=cleaned["name"],
            description=cleaned["description"],
            audience=chosen_audience(workspace, cleaned["audience"]),
            precedence=cleaned["precedence"],
            owner=chosen_member(workspace, cleaned["owner"]),
            by=request.member,
        )
        if moves:
            score_whole_portfolio.enqueue(str(workspace.pk))

    if form.accepts(act):
        return to_card(request, row, _("Saved."))
    context = {"form": form, "card": row}
    return answer(request, "health/describe.html", context, status=form.answer_status)


def audience_choices(workspace: Workspace) -> list[tuple[str, str]]:
    """The audiences of accounts."""
    rows = live_audiences(workspace, about=About.ACCOUNTS)
    return [(str(row.pk), row.name) for row in rows]


def member_choices(workspace: Workspace) -> list[tuple[str, str]]:
    """The members."""
    return [(str(member.pk), member.name) for member in members_of(workspace)]


def chosen_audience(workspace: Workspace, value: str) -> Audience | None:
    """The audience a form names; its choices were checked."""
    return audience_with_id(workspace, UUID(value)) if value else None


def chosen_member(workspace: Workspace, value: str) -> Member | None:
    """The member a form names."""
    return next((each for each in members_of(workspace) if str(each.pk) == value), None)


# --- Verbs ------------------------------------------------------------------------------


@page(may="health.publish", methods=VERB)
def publish(request: MemberRequest, card: str) -> HttpResponse:
    """The draft becomes the rules; the portfolio is scored by them."""
    workspace = request.member.workspace
    row = scorecard_with_key(workspace, card)
    form = PublishForm(request.POST)

    @transaction.atomic
    def act() -> None:
        note = form.cleaned_data["note"]
        version = publish_scorecard(row, note=note, by=request.member, now=now())
        score_by_new_rules.enqueue(str(workspace.pk), str(version.pk))

    if not form.accepts(act):
        return card_page(request, row, form)
    return to_card(request, row, _("Published. Accounts are being scored by the new rules."))


@page(may="health.edit", methods=VERB)
def discard(request: MemberRequest, card: str) -> HttpResponse:
    """The draft is gone; what is published stays."""
    row = scorecard_with_key(request.member.workspace, card)
    discard_draft(row, by=request.member)
    return to_card(request, row, _("The draft is gone."))


@page(may="health.publish", methods=VERB)
def archive(request: MemberRequest, card: str) -> HttpResponse:
    """It scores nobody any more."""
    row = scorecard_with_key(request.member.workspace, card)
    with transaction.atomic():
        archive_scorecard(row, by=request.member, now=now())
        score_whole_portfolio.enqueue(str(row.workspace_id))
    notice(request, _("%s is archived.") % row.name)
    return answer_after(request, to=list_url(request))


@page(may="health.publish", methods=VERB)
def restore(request: MemberRequest, card: str) -> HttpResponse:
    """It is in use again."""
    row = scorecard_with_key(request.member.workspace, card)
    with transaction.atomic():
        restore_scorecard(row, by=request.member)
        score_whole_portfolio.enqueue(str(row.workspace_id))
    return to_card(request, row, _("%s is in use again.") % row.name)


@page(may="health.see", methods=READING)
def scorecard_file(request: MemberRequest, card: str) -> HttpResponse:
    """The card as a file: its draft where there is one, else what is published."""
    row = scorecard_with_key(request.member.workspace, card)
    latest = latest_version(row)
    rules = row.drafted or (latest.ruled if latest else ScoreRules())
    return HttpResponse(
        scorecard_as_file(row, rules),
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="scorecard-{row.number}.toml"'},
    )


@page(may="health.edit")
def scorecard_from_file(request: MemberRequest) -> HttpResponse:
    """A new card from a file, as a draft."""
    form = ScorecardFileForm(request.POST or None, request.FILES or None)
    made: list[Scorecard] = []

    def act() -> None:
        told = scorecard_in_file(form.text())
        made.append(
            draft_scorecard(
                request.member.workspace,
                name=told.name,
                description=told.description,
                rules=told.rules,
                by=request.member,
            )
        )

    if form.accepts(act):
        return to_card(request, made[0], _("The draft is there. It scores nobody yet."))
    context = {"form": form}
    return answer(request, "health/scorecard_from_file.html", context, status=form.answer_status)


def to_card(request: MemberRequest, card: Scorecard, said: str) -> HttpResponse:
    """After a change: say so and show the card."""
    notice(request, said)
    return answer_after(request, to=card_url(request, card))


def card_url(request: MemberRequest, card: Scorecard) -> str:
    """The address of a scorecard."""
    names = {"workspace": request.member.workspace.slug, "card": card.key}
    return reverse("health:scorecard", kwargs=names)


def list_url(request: MemberRequest) -> str:
    """The address of the scorecards."""
    return reverse("health:scorecards", kwargs={"workspace": request.member.workspace.slug})


def rules_being_edited(card: Scorecard) -> ScoreRules:
    """The draft, or a copy of what is published to begin one."""
    draft = card.drafted
    if draft is not None:
        return draft
    latest = latest_version(card)
    if latest is None:
        raise Missing(card.key)
    return latest.ruled
