"""The tables of surveys, of whom they were sent to, and of what came back."""

from vereda.surveys.models import answers, asking, surveys

__all__ = ["answers", "asking", "surveys"]
