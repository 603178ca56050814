"""What surveys tell about accounts, for scores and backtests."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from vereda.foundation.inputs import Better, Input, InputUnit, Reading
from vereda.surveys.contracts import SurveyKind
from vereda.surveys.queries.figures import Opinion, last_answers, latest_scores, opinions_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace

SCORES = {
    "surveys.nps": SurveyKind.NPS,
    "surveys.csat": SurveyKind.CSAT,
    "surveys.ces": SurveyKind.CES,
}
DETRACTORS = "surveys.detractors"
LAST_ANSWER = "surveys.days_since_answer"


class SurveyInputs:
    """The last opinions of an account, and how long it has said nothing."""

    def inputs(self, workspace: Workspace) -> Sequence[Input]:  # noqa: ARG002 - always the same
        """Three scores, the share of detractors, the days of silence."""
        group, tab = _("Surveys"), "voice"
        return (
            Input(
                name="surveys.nps",
                label=_("NPS score"),
                group=group,
                unit=InputUnit.NUMBER,
                better=Better.MORE,
                says=_("From 0 to 10: the mean of each person's latest answer in 180 days."),
                fresh_days=180,
                tab=tab,
            ),
            Input(
                name="surveys.csat",
                label=_("CSAT score"),
                group=group,
                unit=InputUnit.NUMBER,
                better=Better.MORE,
                says=_("From 1 to 5: the mean of each person's latest answer in 180 days."),
                fresh_days=180,
                tab=tab,
            ),
            Input(
                name="surveys.ces",
                label=_("CES score"),
                group=group,
                unit=InputUnit.NUMBER,
                better=Better.MORE,
                says=_("From 1 (very hard) to 7 (very easy): the mean of each person's latest."),
                fresh_days=180,
                tab=tab,
            ),
            Input(
                name=DETRACTORS,
                label=_("Share of detractors"),
                group=group,
                unit=InputUnit.SHARE,
                better=Better.LESS,
                says=_("Of the people who answered an NPS survey in 180 days."),
                fresh_days=180,
                tab=tab,
            ),
            Input(
                name=LAST_ANSWER,
                label=_("Days since the last answer"),
                group=group,
                unit=InputUnit.DAYS,
                better=Better.LESS,
                says=_("To any survey. Accounts that never answered have no number."),
                tab=tab,
            ),
        )

    def readings(
        self,
        workspace: Workspace,
        *,
        names: Collection[str],
        account_ids: Collection[UUID],
        on: date,
    ) -> Mapping[str, Mapping[UUID, Reading]]:
        """Each of these inputs at the end of that day, as the answers stood then."""
        until = datetime.combine(on + timedelta(days=1), time(), tzinfo=UTC) - timedelta(
            microseconds=1
        )
        told: dict[str, dict[UUID, Reading]] = {}
        kinds = {kind for name, kind in SCORES.items() if name in names}
        if DETRACTORS in names:
            kinds.add(SurveyKind.NPS)
        if kinds:
            scores = latest_scores(
                workspace, kinds=kinds, until=until, account_ids=account_ids, for_scores=True
            )
            opinions = opinions_of(scores)
            for name, kind in SCORES.items():
                if name in names:
                    told[name] = _read(opinions, kind=kind, low=False)
            if DETRACTORS in names:
                told[DETRACTORS] = _read(opinions, kind=SurveyKind.NPS, low=True)
        if LAST_ANSWER in names:
            told[LAST_ANSWER] = {
                account: Reading(float((on - last.astimezone(UTC).date()).days), _day(last))
                for account, last in last_answers(workspace, account_ids, until=until).items()
            }
        return told


def _read(
    opinions: Mapping[tuple[SurveyKind, UUID], Opinion], *, kind: SurveyKind, low: bool
) -> dict[UUID, Reading]:
    return {
        account: Reading(opinion.low if low else opinion.mean, _day(opinion.last_at))
        for (asked, account), opinion in opinions.items()
        if asked is kind
    }


def _day(instant: datetime) -> date:
    return instant.astimezone(UTC).date()
