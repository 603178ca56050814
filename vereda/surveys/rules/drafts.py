"""The words a new survey begins with, in both languages, to be changed."""

from collections.abc import Mapping

from vereda.surveys.contracts import EditionIn, Part, QuestionIn, QuestionKind, SurveyKind

Texts = Mapping[str, str]

_SUBJECT: Mapping[SurveyKind, Texts] = {
    SurveyKind.NPS: {
        "en": "One question about working with us",
        "es": "Una pregunta sobre trabajar con nosotros",
    },
    SurveyKind.CSAT: {"en": "How did we do?", "es": "¿Qué tal lo hicimos?"},
    SurveyKind.CES: {"en": "Was it easy?", "es": "¿Te resultó fácil?"},
    SurveyKind.SMILE: {"en": "How is it going?", "es": "¿Cómo va todo?"},
    SurveyKind.OPEN: {"en": "A question for you", "es": "Una pregunta para ti"},
}
_ASKED: Mapping[SurveyKind, Texts] = {
    SurveyKind.NPS: {
        "en": "How likely are you to recommend us to a colleague?",
        "es": "¿Qué probabilidad hay de que nos recomiendes a un colega?",
    },
    SurveyKind.CSAT: {
        "en": "How satisfied are you with us?",
        "es": "¿Qué tan satisfecho estás con nosotros?",
    },
    SurveyKind.CES: {
        "en": "How easy was it to get done what you wanted to do?",
        "es": "¿Qué tan fácil fue hacer lo que querías hacer?",
    },
    SurveyKind.SMILE: {"en": "How is it going with us?", "es": "¿Cómo te va con nosotros?"},
    SurveyKind.OPEN: {
        "en": "What should we do better for you?",
        "es": "¿Qué deberíamos hacer mejor para ti?",
    },
}
_LETTER: Texts = {
    "en": "We would like to know what you think. It takes less than a minute.",
    "es": "Nos gustaría saber qué piensas. Te llevará menos de un minuto.",
}
_THANKS: Texts = {
    "en": "Thank you. Somebody of us reads every answer.",
    "es": "Gracias. Alguien de nuestro equipo lee cada respuesta.",
}
_FOLLOWING: Mapping[Part, Texts] = {
    Part.LOW: {"en": "What went wrong?", "es": "¿Qué salió mal?"},
    Part.MIDDLE: {
        "en": "What is missing for a better mark?",
        "es": "¿Qué falta para una nota mejor?",
    },
    Part.HIGH: {"en": "What do you like best?", "es": "¿Qué es lo que más te gusta?"},
}


def first_wording(kind: SurveyKind) -> EditionIn:
    """A wording that could go out as it is: the score, and why, asked of each part in its way."""
    if kind is SurveyKind.OPEN:
        questions = [QuestionIn(kind=QuestionKind.WORDS, texts=_ASKED[kind])]
    else:
        questions = [QuestionIn(kind=QuestionKind.SCORE, texts=_ASKED[kind])]
        questions += [
            QuestionIn(kind=QuestionKind.WORDS, texts=texts, after=1, after_answers=(str(part),))
            for part, texts in _FOLLOWING.items()
        ]
    return EditionIn(
        subject=_SUBJECT[kind], letter=_LETTER, thanks=_THANKS, questions=tuple(questions)
    )
