"""Answers as they are listed: the score in words, its part of the scale, where it came from.

`surveys/voices.html` draws them; the page of an account does so too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from vereda.surveys import wording
from vereda.surveys.contracts import Channel, Part, SurveyKind
from vereda.surveys.queries.figures import latest_scores, opinions_of
from vereda.surveys.rules.scores import SCALES

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from vereda.surveys.models.answers import Answer
    from vereda.surveys.queries.figures import Opinion
    from vereda.workspaces.models import Workspace

PART_TONES = {Part.HIGH: "good", Part.MIDDLE: "watch", Part.LOW: "risk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One answer, ready to be listed."""

    answer: Answer
    score: str
    part: str | Promise
    tone: str
    channel: str | Promise


def voice_of(row: Answer) -> Voice:
    """An answer as it is listed; its survey is loaded with it."""
    kind, part = SurveyKind(row.survey.kind), row.part
    return Voice(
        answer=row,
        score=wording.score_words(row.score, kind=kind),
        part=wording.PARTS[kind][part] if part else "",
        tone=PART_TONES[part] if part else "plain",
        channel=row.source or wording.CHANNELS[Channel(row.channel)],
    )


def opinions_in(
    workspace: Workspace | UUID, account_id: UUID, *, now: datetime
) -> list[tuple[str | Promise, Opinion, int]]:
    """What an account thinks now on each kind of scale, with its best score."""
    kinds = (SurveyKind.NPS, SurveyKind.CSAT, SurveyKind.CES)
    scores = latest_scores(workspace, kinds=kinds, until=now, account_ids=[account_id])
    told = {kind: opinion for (kind, _account), opinion in opinions_of(scores).items()}
    return [
        (wording.KIND_NAMES[kind], told[kind], SCALES[kind][1]) for kind in kinds if kind in told
    ]
