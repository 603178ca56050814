"""The words the rest of Vereda uses about surveys."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from vereda.customers.contracts import UNSET, Unset
from vereda.foundation.errors import Conflict, Refused


class SurveyKind(StrEnum):
    """What is asked, and so on which scale: 0 to 10, 1 to 5, 1 to 7, three faces, or words only."""

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    SMILE = "smile"
    OPEN = "open"


class SurveyState(StrEnum):
    """A draft changes freely; a live one keeps the wording of those it asked; ended is over."""

    DRAFT = "draft"
    LIVE = "live"
    ENDED = "ended"


class QuestionKind(StrEnum):
    """How a question is answered: on the survey's scale, by choosing, or in words."""

    SCORE = "score"
    CHOICE = "choice"
    WORDS = "words"


class Part(StrEnum):
    """In which part of the scale a score lies: detractors, passives and promoters of NPS, and
    what corresponds to them on the other scales."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class BranchFault(StrEnum):
    """Why a wording cannot be stored."""

    NO_QUESTION = "no_question"
    TOO_MANY = "too_many"
    SCORE_NOT_FIRST = "score_not_first"
    SCORE_TWICE = "score_twice"
    NO_TEXT = "no_text"
    NO_CHOICES = "no_choices"
    SAME_CHOICE = "same_choice"
    NEVER_ASKED = "never_asked"


class Channel(StrEnum):
    """How an answer came in."""

    EMAIL = "email"
    PORTAL = "portal"
    API = "api"
    IMPORT = "import"


class SkipReason(StrEnum):
    """Why somebody is not asked, the first that holds."""

    NO_ADDRESS = "no_address"
    RESTRICTED = "restricted"
    REFUSED = "refused"
    NO_CONSENT = "no_consent"
    SAME_ADDRESS = "same_address"
    ALREADY_INVITED = "already_invited"
    NOT_AGAIN_YET = "not_again_yet"
    ANOTHER_OPEN = "another_open"
    ASKED_RECENTLY = "asked_recently"
    NOT_SAMPLED = "not_sampled"


class WaveState(StrEnum):
    """Where a sending stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DONE = "done"
    STOPPED = "stopped"


class RepeatUnit(StrEnum):
    """In what the time is counted after which somebody is asked again."""

    DAYS = "days"
    MONTHS = "months"


class AnswerProblem(StrEnum):
    """Why an answer cannot be stored."""

    OUTSIDE_SCALE = "outside_scale"
    NO_SCORE = "no_score"
    NOTHING_SAID = "nothing_said"
    SCORE_OF_WORDS = "score_of_words"
    IN_THE_FUTURE = "in_the_future"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceIn:
    """One thing to choose, by language."""

    code: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionIn:
    """A question, by language; its place is its place in the list, from 1.

    It is asked of everybody, or of those who answered the question at the place `after` with one
    of `after_answers`: parts of the scale, or codes of its choices.
    """

    kind: QuestionKind
    texts: Mapping[str, str]
    choices: tuple[ChoiceIn, ...] = ()
    after: int | None = None
    after_answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionIn:
    """A whole wording: the letter's subject and text, the questions, and the thanks."""

    subject: Mapping[str, str]
    letter: Mapping[str, str]
    thanks: Mapping[str, str]
    questions: tuple[QuestionIn, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody fills in: a score, words by question, choices by question.

    `revision` is the answer's number as the form knew it, 0 for none: an older form changes
    nothing.
    """

    revision: int = 0
    score: int | None = None
    words: Mapping[UUID, str] = field(default_factory=dict)
    chosen: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)


MOST_AGAIN: Final = {RepeatUnit.DAYS: 730, RepeatUnit.MONTHS: 24}


@dataclass(frozen=True, slots=True)
class Repetition:
    """After how long one survey asks the same person again: so many days, or calendar months."""

    every: int
    unit: RepeatUnit

    @property
    def most_days(self) -> int:
        """So many days it is at most, with months of 31."""
        return self.every * (1 if self.unit is RepeatUnit.DAYS else 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerIn:
    """What a file or a program says about one answer; UNSET is "not said".

    Recognised by `external_id`. A new one needs `survey_id` and `answered_at`. Account and person
    may stay unknown: a poll without names is still an answer.
    """

    external_id: str
    survey_id: UUID | Unset = UNSET
    account_id: UUID | Unset | None = UNSET
    person_id: UUID | Unset | None = UNSET
    feature_id: UUID | Unset | None = UNSET
    moment: str | Unset = UNSET
    score: int | Unset | None = UNSET
    comment: str | Unset = UNSET
    channel: Channel | Unset = UNSET
    source: str | Unset = UNSET
    language: str | Unset = UNSET
    answered_at: datetime | Unset = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """Somebody answered a survey, or changed their answer."""

    workspace_id: UUID
    survey_id: UUID
    answer_id: UUID
    account_id: UUID | None
    person_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveOrdered:
    """People were chosen for a sending; its letters wait to leave."""

    workspace_id: UUID
    wave_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyLettersLeft:
    """Letters of surveys, or reminders, left for these people."""

    workspace_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersUpserted:
    """Many answers were added, changed or removed in one go."""

    workspace_id: UUID
    account_ids: tuple[UUID, ...]


class WrongAnswer(Refused):
    """This answer cannot be stored."""


class WrongSurvey(Refused):
    """This survey cannot be stored, opened or sent as it is."""


class SurveyChangedMeanwhile(Conflict):
    """Somebody else changed the survey since it was read."""


class LinkIsOver(Refused):
    """The link worked once; its time is over, or the survey has ended (410)."""

    status = 410
