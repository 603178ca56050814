"""Drafting, publishing and archiving scorecards."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from vereda.foundation.errors import Conflict
from vereda.foundation.races import refused_if_taken
from vereda.health.contracts import NothingToPublish, ScoreRules, WrongRules
from vereda.health.models.scorecards import Scorecard, ScorecardVersion
from vereda.health.queries.inputs import inputs_of
from vereda.health.queries.scorecards import latest_version
from vereda.health.rules.checking import problems_in_rules
from vereda.health.wording import problem_words
from vereda.workspaces.actions.audit import record
from vereda.workspaces.actions.numbers import reserve_numbers

if TYPE_CHECKING:
    from vereda.audiences.models import Audience
    from vereda.workspaces.models import Member, Workspace


class ScorecardNameTaken(Conflict):
    """Another scorecard in use bears the name."""


class DraftChangedMeanwhile(Conflict):
    """Somebody else changed the draft since it was read."""


@transaction.atomic
def draft_scorecard(
    workspace: Workspace,
    *,
    name: str,
    description: str = "",
    rules: ScoreRules,
    audience: Audience | None = None,
    precedence: int = 100,
    by: Member | None,
) -> Scorecard:
    """A new scorecard with a draft; it scores nobody until it is published."""
    (number,) = reserve_numbers(workspace, "SC", count=1)
    card = Scorecard(
        workspace=workspace,
        number=number,
        name=name.strip(),
        description=description.strip(),
        owner=by,
        audience=audience,
        precedence=precedence,
        draft=msgspec.to_builtins(rules),
    )
    _save_named(card)
    record(by, "drafted", card)
    return card


@transaction.atomic
def describe_scorecard(
    card: Scorecard,
    *,
    name: str,
    description: str,
    audience: Audience | None,
    precedence: int,
    owner: Member | None,
    by: Member,
) -> bool:
    """Other words, another audience or precedence; True when it may score other accounts now."""
    moves = (card.audience_id, card.precedence) != (audience.pk if audience else None, precedence)
    card.name, card.description = name.strip(), description.strip()
    card.audience, card.precedence, card.owner = audience, precedence, owner
    _save_named(card, "name", "description", "audience", "precedence", "owner")
    record(by, "edited", card)
    return moves


def _save_named(card: Scorecard, *columns: str) -> None:
    """Store these columns, of a new card all: what else somebody changes meanwhile stays."""
    taken = ScorecardNameTaken(_("There is a scorecard called “%s” already.") % card.name)
    with refused_if_taken(taken):
        card.save(update_fields=[*columns, "updated_at"] if columns else None)


@transaction.atomic
def save_draft(
    card: Scorecard, *, rules: ScoreRules, version: int | None = None, by: Member
) -> Scorecard:
    """Keep rules that are being worked on, whole or not; they score nobody yet.

    `version` is the draft's own when it was read; None overwrites whatever is there.
    """
    rows = Scorecard.objects.of(card.workspace_id).filter(pk=card.pk)
    if version is not None:
        rows = rows.filter(draft_version=version)
    following = card.draft_version + 1 if version is None else version + 1
    if not rows.update(draft=msgspec.to_builtins(rules), draft_version=following):
        raise DraftChangedMeanwhile(
            _("Somebody else changed the draft meanwhile. Open it again to see what it says now.")
        )
    card.draft, card.draft_version = msgspec.to_builtins(rules), following
    record(by, "drafted", card)
    return card


@transaction.atomic
def discard_draft(card: Scorecard, *, by: Member) -> None:
    """Back to what is published; refused where nothing ever was."""
    if latest_version(card) is None:
        raise NothingToPublish(_("This scorecard has only its draft. Archive it instead."))
    card.draft = None
    card.draft_version += 1
    card.save(update_fields=["draft", "draft_version", "updated_at"])
    record(by, "discarded the draft of", card)


def check_rules(workspace: Workspace, rules: ScoreRules) -> None:
    """Refuse rules that cannot score anybody here, with the first thing that is wrong."""
    inputs = inputs_of(workspace)
    problems = problems_in_rules(rules, inputs=inputs)
    if problems:
        raise WrongRules(problem_words(problems[0], rules, inputs))


@transaction.atomic
def publish_scorecard(
    card: Scorecard, *, note: str, by: Member | None, now: datetime
) -> ScorecardVersion:
    """The draft becomes the next version, in force from now on; scoring by it is the job's."""
    locked = Scorecard.objects.of(card.workspace_id).select_for_update().get(pk=card.pk)
    rules = locked.drafted
    before = latest_version(locked)
    if locked.archived_at is not None:
        raise NothingToPublish(_("This scorecard is archived. Restore it first."))
    if rules is None or (before is not None and before.ruled == rules):
        raise NothingToPublish(_("The draft says what is published already."))
    check_rules(card.workspace, rules)
    version = ScorecardVersion.objects.of(card.workspace_id).create(
        scorecard=locked,
        number=before.number + 1 if before else 1,
        rules=msgspec.to_builtins(rules),
        note=note.strip(),
        published_at=now,
        published_by=by,
    )
    locked.draft = None
    locked.draft_version += 1
    locked.save(update_fields=["draft", "draft_version", "updated_at"])
    card.draft, card.draft_version = None, locked.draft_version
    record(by, "published", locked, version=version.number)
    published: ScorecardVersion = version
    return published


@transaction.atomic
def archive_scorecard(card: Scorecard, *, by: Member, now: datetime) -> None:
    """Put it away: it scores nobody any more; its versions and what they said stay."""
    if card.archived_at is None:
        card.archived_at = now
        card.save(update_fields=["archived_at", "updated_at"])
        record(by, "archived", card)


@transaction.atomic
def restore_scorecard(card: Scorecard, *, by: Member) -> None:
    """Take it into use again."""
    if card.archived_at is not None:
        card.archived_at = None
        _save_named(card, "archived_at")
        record(by, "restored", card)
