"""What members type about commitments and outages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.foundation.forms import AnsweringForm
from vereda.product.queries import products_in
from vereda.support import wording
from vereda.support.contracts import Extent

if TYPE_CHECKING:
    from vereda.support.models.outages import Outage, OutagePolicy
    from vereda.workspaces.models import Workspace

INSTANT_FORMAT = "%Y-%m-%dT%H:%M"


def instant_field(label: Any, *, required: bool = True) -> forms.DateTimeField:
    """An instant in the member's time zone."""
    return forms.DateTimeField(
        label=label,
        required=required,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=INSTANT_FORMAT),
        input_formats=[INSTANT_FORMAT, "%Y-%m-%dT%H:%M:%S"],
    )


class CommitmentForm(AnsweringForm):
    """What another team promises about a ticket."""

    promise = forms.CharField(label=gettext_lazy("What is promised"), max_length=300)
    team = forms.CharField(
        label=gettext_lazy("By whom"), max_length=80, initial=gettext_lazy("Engineering")
    )
    due_at = instant_field(gettext_lazy("Due"))


class ExtendForm(AnsweringForm):
    """A later date, and why."""

    due_at = instant_field(gettext_lazy("New date"))
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class WithdrawForm(AnsweringForm):
    """Why it will not be done."""

    reason = forms.CharField(label=gettext_lazy("Why it will not be done"), max_length=300)


class AnotherTicketForm(AnsweringForm):
    """Another ticket that waits for a commitment."""

    ticket = forms.CharField(
        label=gettext_lazy("Another ticket that waits for it"),
        max_length=20,
        help_text=gettext_lazy("Its key, like T-12"),
    )


class OutageForm(AnsweringForm):
    """When something was down, why, and whether customers were told; as it was when opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    service = forms.CharField(
        label=gettext_lazy("What did not work"),
        max_length=120,
        help_text=gettext_lazy("Write the same name each time: availability is told by name."),
    )
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    extent = forms.ChoiceField(
        label=gettext_lazy("How much"),
        choices=lambda: wording.labelled_choices(wording.EXTENTS),
        initial=Extent.FULL,
    )
    started_at = instant_field(gettext_lazy("From"))
    ended_at = instant_field(gettext_lazy("Until"), required=False)
    cause = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    published_at = instant_field(gettext_lazy("Customers were told"), required=False)
    published_how = forms.CharField(
        label=gettext_lazy("How"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("An address, or a few words."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = {row.slug: row for row in products_in(workspace)}
        field = self.fields["product"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("None in particular"))] + [
            (slug, row.name) for slug, row in self.products.items()
        ]

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        cleaned = self.cleaned_data
        return {
            **cleaned,
            "product": self.products.get(cleaned["product"]),
            "extent": Extent(cleaned["extent"]),
        }


def outage_initial(row: Outage) -> dict[str, Any]:
    """The form as it says what an outage was."""
    names = ("version", "service", "extent", "started_at", "ended_at", "cause", "published_at")
    said = {name: getattr(row, name) for name in names}
    product = row.product.slug if row.product else ""
    return {**said, "product": product, "published_how": row.published_how}


class PublishingForm(AnsweringForm):
    """Whether customers are told about outages."""

    publishes = forms.ChoiceField(label=gettext_lazy("Do you publish outages?"), required=False)
    how = forms.CharField(
        label=gettext_lazy("How"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("For example: a status page within 15 minutes, by e-mail after."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["publishes"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("Not decided")), ("yes", _("Yes")), ("no", _("No"))]

    def said(self) -> dict[str, Any]:
        """The values as the action takes them."""
        told = {"": None, "yes": True, "no": False}
        return {
            "publishes": told[self.cleaned_data["publishes"]],
            "how": self.cleaned_data["how"],
        }


def publishing_initial(row: OutagePolicy) -> dict[str, Any]:
    """The form as it says what was decided."""
    said = {None: "", True: "yes", False: "no"}
    return {"publishes": said[row.publishes], "how": row.how}
