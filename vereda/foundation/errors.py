"""The two families of expected failure: what is not there, and what is refused."""

from django.utils.functional import Promise


class Missing(Exception):
    """There is no such thing, or it is not yours: the same answer for both (404)."""


class Refused(Exception):
    """A clear no, with a sentence for the person who asked; nothing was changed (422)."""

    status = 422

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


class Conflict(Refused):
    """Somebody else was first (409)."""

    status = 409
