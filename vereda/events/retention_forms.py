"""What a member types about how long events are kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.events.rules.retention import LEAST_DAYS, MOST_DAYS, Keeping
from vereda.foundation.forms import AnsweringForm


class RetentionForm(AnsweringForm):
    """How long the events of one name, or of all others, are kept."""

    name = forms.ChoiceField(label=_("Event"))
    days = forms.IntegerField(
        label=_("Days"),
        min_value=LEAST_DAYS,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("Counted from the day it happened. Empty: for ever."),
    )
    keep_counts = forms.BooleanField(
        label=_("Keep what was counted, without people"),
        required=False,
        help_text=_(
            "How often it was done in each account on each day stays. Who did it, at what hour and"
            " with which properties goes."
        ),
    )

    def __init__(
        self, *args: Any, fixed: Keeping | None = None, names: Iterable[str] = (), **kwargs: Any
    ) -> None:
        if fixed is not None:
            kwargs["initial"] = {"days": fixed.days, "keep_counts": fixed.keep_counts}
        super().__init__(*args, **kwargs)
        self.fixed = fixed
        if fixed is None:
            self.fields["name"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]
            self.initial.setdefault("keep_counts", True)
        else:
            del self.fields["name"]

    @property
    def keeping(self) -> Keeping:
        """What was typed, once it is valid."""
        said = self.cleaned_data
        name = said["name"] if self.fixed is None else self.fixed.name
        return Keeping(name=name, days=said["days"], keep_counts=said["keep_counts"])


def agreement(keeping: Keeping) -> str:
    """What the button of a preview sends along: to these values somebody agrees, to no others."""
    return f"{keeping.days}-{keeping.keep_counts}-{keeping.name}"
