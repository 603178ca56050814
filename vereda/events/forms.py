"""What a member types to repair an item of the quarantine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.events import wording
from vereda.events.contracts.arriving import Kind, Reason
from vereda.events.contracts.repairing import Repair, TreatAs

NAMED: Final = ("event",)
WHO: Final = ("user_id", "anonymous_id", "without_user_id")
PROPERTY: Final = ("property_name", "treat_as")
TRUST: Final = ("allow",)

FIRST: Final[Mapping[Reason, tuple[str, ...]]] = {
    Reason.UNKNOWN_TYPE: ("type",),
    Reason.NO_NAME: NAMED,
    Reason.NO_ID: WHO,
    Reason.ILLEGAL_ID: WHO,
    Reason.ID_TOO_LONG: WHO,
    Reason.NO_GROUP: ("group_id",),
    Reason.NO_PREVIOUS_ID: ("previous_id", "user_id"),
    Reason.TOO_MANY_KEYS: PROPERTY,
    Reason.TOO_DEEP: PROPERTY,
    Reason.NOT_A_NUMBER: PROPERTY,
    Reason.CALL_NOT_ALLOWED: TRUST,
    Reason.NAME_NOT_ALLOWED: (*TRUST, *NAMED),
    Reason.NOT_SIGNED: TRUST,
    Reason.WRONG_SIGNATURE: TRUST,
}
"""What most likely helps; the other fields stand behind "Other changes"."""

ONE_ONLY: Final = ("user_id", "anonymous_id", "group_id", "previous_id")
"""Never for many items at once: they would make many strangers one."""


class RepairForm(forms.Form):
    """What to change in an item; everything empty reads it again as it is."""

    type = forms.ChoiceField(
        label=_("Type"),
        required=False,
        choices=lambda: [
            ("", _("as it is")),
            *((kind.value, wording.KINDS[kind]) for kind in Kind),
        ],
    )
    event = forms.CharField(label=_("Event name"), required=False, max_length=200)
    user_id = forms.CharField(label=_("User id"), required=False, max_length=255)
    anonymous_id = forms.CharField(label=_("Anonymous id"), required=False, max_length=255)
    without_user_id = forms.BooleanField(
        label=_("Leave the user id out"),
        help_text=_("The anonymous id says whose it is."),
        required=False,
    )
    group_id = forms.CharField(label=_("Account id"), required=False, max_length=255)
    previous_id = forms.CharField(label=_("Previous id"), required=False, max_length=255)
    property_name = forms.CharField(
        label=_("Property"),
        help_text=_("Of a property inside another, the whole way: order.total"),
        required=False,
        max_length=400,
    )
    treat_as = forms.ChoiceField(
        label=_("Treat it as"), required=False, choices=lambda: list(wording.TREAT_AS.items())
    )
    allow = forms.BooleanField(
        label=_("Allow it"),
        help_text=_(
            "Read it as if a secret key had sent it: what browsers may not say, and ids"
            " without a signature, count."
        ),
        required=False,
    )

    def __init__(self, *args: Any, reason: Reason, of_many: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ONE_ONLY if of_many else ():
            del self.fields[name]
        likely = [name for name in FIRST.get(reason, ()) if name in self.fields]
        self.likely = [self[name] for name in likely]
        self.others = [self[name] for name in self.fields if name not in likely]

    def clean(self) -> dict[str, Any]:
        """A property needs to be told what to become, and the other way round."""
        said = super().clean() or {}
        if bool(said.get("property_name")) != bool(said.get("treat_as")):
            self.add_error(
                "treat_as", _("Name a property and say what it becomes, or leave both empty.")
            )
        return said

    @property
    def repair(self) -> Repair:
        """What was typed, once it is valid."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        if "treat_as" in said:
            said["treat_as"] = TreatAs(said["treat_as"])
        return msgspec.convert(said, Repair)
