"""What the enums of surveys are called on screen, and why something was refused."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from vereda.foundation.wording import number_words
from vereda.surveys.contracts import (
    AnswerProblem,
    BranchFault,
    Channel,
    Part,
    QuestionKind,
    RepeatUnit,
    Repetition,
    SkipReason,
    SurveyKind,
    SurveyState,
    WaveState,
)

Word = TypeVar("Word", bound=StrEnum)

KINDS: dict[SurveyKind, Promise] = {
    SurveyKind.NPS: _("NPS: would they recommend us? 0 to 10"),
    SurveyKind.CSAT: _("CSAT: how satisfied are they? 1 to 5"),
    SurveyKind.CES: _("CES: how easy was it? 1 to 7"),
    SurveyKind.SMILE: _("One tap: three faces"),
    SurveyKind.OPEN: _("An open question"),
}

KIND_NAMES: dict[SurveyKind, Promise] = {
    SurveyKind.NPS: _("NPS"),
    SurveyKind.CSAT: _("CSAT"),
    SurveyKind.CES: _("CES"),
    SurveyKind.SMILE: _("Faces"),
    SurveyKind.OPEN: _("Open question"),
}

STATES: dict[SurveyState, Promise] = {
    SurveyState.DRAFT: pgettext_lazy("state of a survey", "Draft"),
    SurveyState.LIVE: pgettext_lazy("state of a survey", "Live"),
    SurveyState.ENDED: pgettext_lazy("state of a survey", "Ended"),
}

QUESTION_KINDS: dict[QuestionKind, Promise] = {
    QuestionKind.SCORE: _("A score"),
    QuestionKind.CHOICE: _("One or several of a list"),
    QuestionKind.WORDS: _("In their own words"),
}

PARTS: dict[SurveyKind, dict[Part, Promise]] = {
    SurveyKind.NPS: {
        Part.HIGH: _("Promoters (9 or 10)"),
        Part.MIDDLE: _("Passives (7 or 8)"),
        Part.LOW: _("Detractors (0 to 6)"),
    },
    SurveyKind.CSAT: {
        Part.HIGH: _("Satisfied (4 or 5)"),
        Part.MIDDLE: _("Neutral (3)"),
        Part.LOW: _("Dissatisfied (1 or 2)"),
    },
    SurveyKind.CES: {
        Part.HIGH: _("Easy (5 to 7)"),
        Part.MIDDLE: _("Neutral (4)"),
        Part.LOW: _("Hard (1 to 3)"),
    },
    SurveyKind.SMILE: {
        Part.HIGH: _("Happy"),
        Part.MIDDLE: pgettext_lazy("a face", "Neutral"),
        Part.LOW: _("Unhappy"),
    },
    SurveyKind.OPEN: {},
}

HEADLINES: dict[SurveyKind, Promise] = {
    SurveyKind.NPS: _("NPS"),
    SurveyKind.CSAT: _("Satisfied (4 or 5)"),
    SurveyKind.CES: _("Easy (5 to 7)"),
    SurveyKind.SMILE: _("Happy"),
    SurveyKind.OPEN: _("Answers"),
}

ENDS: dict[SurveyKind, tuple[Promise, Promise]] = {
    SurveyKind.NPS: (_("Not at all likely"), _("Extremely likely")),
    SurveyKind.CSAT: (_("Very dissatisfied"), _("Very satisfied")),
    SurveyKind.CES: (_("Very hard"), _("Very easy")),
}

FACES: dict[int, Promise] = {
    1: _("Unhappy"),
    2: pgettext_lazy("a face", "Neutral"),
    3: _("Happy"),
}

CHANNELS: dict[Channel, Promise] = {
    Channel.EMAIL: pgettext_lazy("channel of an answer", "E-mail"),
    Channel.PORTAL: pgettext_lazy("channel of an answer", "Portal"),
    Channel.API: pgettext_lazy("channel of an answer", "API"),
    Channel.IMPORT: pgettext_lazy("channel of an answer", "Import"),
}

SKIP_REASONS: dict[SkipReason, Promise] = {
    SkipReason.NO_ADDRESS: _("No e-mail address"),
    SkipReason.RESTRICTED: _("Asked us not to use their data"),
    SkipReason.REFUSED: _("Said no to such messages"),
    SkipReason.NO_CONSENT: _("Never said yes to such messages"),
    SkipReason.SAME_ADDRESS: _("Shares an address with somebody who is asked"),
    SkipReason.ALREADY_INVITED: _("Was invited to this survey before"),
    SkipReason.NOT_AGAIN_YET: _("Is asked again later"),
    SkipReason.ANOTHER_OPEN: _("Another survey waits for their answer"),
    SkipReason.ASKED_RECENTLY: _("Was asked not long ago"),
    SkipReason.NOT_SAMPLED: _("Outside the share that is asked"),
}

REPEAT_UNITS: dict[RepeatUnit, Promise] = {
    RepeatUnit.MONTHS: pgettext_lazy("so many of them", "months"),
    RepeatUnit.DAYS: pgettext_lazy("so many of them", "days"),
}

WAVE_STATES: dict[WaveState, Promise] = {
    WaveState.WAITING: pgettext_lazy("state of a sending", "Waiting"),
    WaveState.SENDING: pgettext_lazy("state of a sending", "Sending"),
    WaveState.DONE: pgettext_lazy("state of a sending", "Sent"),
    WaveState.STOPPED: pgettext_lazy("state of a sending", "Stopped"),
}

ANSWER_PROBLEMS: dict[AnswerProblem, Promise] = {
    AnswerProblem.OUTSIDE_SCALE: _("This score is not on the survey's scale."),
    AnswerProblem.NO_SCORE: _("An answer to this survey needs a score."),
    AnswerProblem.NOTHING_SAID: _("An answer to an open question needs words."),
    AnswerProblem.SCORE_OF_WORDS: _("An open question has no score."),
    AnswerProblem.IN_THE_FUTURE: _("It cannot have been answered in the future."),
}


BRANCH_FAULTS: dict[BranchFault, Promise] = {
    BranchFault.NO_QUESTION: _("A survey needs a question."),
    BranchFault.TOO_MANY: _("A survey has at most 12 questions; people stop reading much earlier."),
    BranchFault.SCORE_NOT_FIRST: _("The question with the score comes first."),
    BranchFault.SCORE_TWICE: _("Only the first question has a score."),
    BranchFault.NO_TEXT: _("Question %(place)s has no text."),
    BranchFault.NO_CHOICES: _("Question %(place)s has nothing to choose from."),
    BranchFault.SAME_CHOICE: _("Question %(place)s offers the same choice twice."),
    BranchFault.NEVER_ASKED: _("Question %(place)s can never be asked."),
}


def enum_choices(labels: Mapping[Word, Promise]) -> list[tuple[str, Promise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]


def repetition_words(again: Repetition) -> str:
    """After how long everybody is asked again, as a sentence without its full stop."""
    if again.unit is RepeatUnit.DAYS:
        words = ngettext(
            "Everybody is asked again after %s day",
            "Everybody is asked again after %s days",
            again.every,
        )
    else:
        words = ngettext(
            "Everybody is asked again after %s month",
            "Everybody is asked again after %s months",
            again.every,
        )
    return words % number_words(again.every)


def score_words(score: int | None, *, kind: SurveyKind) -> str:
    """A score as it is shown: its number, or what the face says; "" for none."""
    if score is None:
        return ""
    return str(FACES[score]) if kind is SurveyKind.SMILE else str(score)
