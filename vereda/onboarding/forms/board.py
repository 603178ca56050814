"""Which plans the board shows, and who leads the chosen ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.onboarding.contracts.board import BoardColumn
from vereda.onboarding.contracts.templates import Party
from vereda.onboarding.forms.plans import ChoosingForm
from vereda.onboarding.queries.board import PlansAsked
from vereda.onboarding.queries.templates import templates_in
from vereda.onboarding.wording.plans import HOLDERS
from vereda.product.queries import products_in
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from vereda.workspaces.models import Member, Workspace


class AskedForm(ChoosingForm):
    """Which plans: by lead, product, template, whom they wait for; what it cannot read is left
    out."""

    lead = forms.ChoiceField(label=_("Lead"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    template = forms.ChoiceField(label=_("Template"), required=False)
    waiting = forms.ChoiceField(label=_("Waiting for"), required=False)
    late = forms.BooleanField(label=_("Only what is late"), required=False)
    column = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[(each.value, "") for each in BoardColumn]
    )

    def __init__(self, *args: Any, workspace: Workspace, **said: Any) -> None:
        super().__init__(*args, **said)
        self.rows: dict[str, list[Any]] = {
            "lead": list(members_of(workspace)),
            "product": list(products_in(workspace).prefetch_related(None)),
            "template": list(templates_in(workspace)),
        }
        for name, rows in self.rows.items():
            nobody_chosen = _("Anybody") if name == "lead" else _("Any")
            self.offer_rows(name, ((row.pk, row.name) for row in rows), none=nobody_chosen)
        holders = ((party.value, words) for party, words in HOLDERS.items())
        self.offer_rows("waiting", holders, none=_("Anybody"))
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                field.widget.attrs["class"] = "select"

    def asked(self) -> PlansAsked:
        """The same as a question."""
        self.is_valid()
        told = self.cleaned_data
        chosen = {name: self.picked(name, rows) for name, rows in self.rows.items()}
        ids = {f"{name}_id": row.pk for name, row in chosen.items() if row is not None}
        return PlansAsked(
            **ids,
            held_by=Party(told["waiting"]) if told.get("waiting") else None,
            late=bool(told.get("late")),
            column=BoardColumn(told["column"]) if told.get("column") else None,
        )


class DaysAskedForm(AskedForm):
    """Of which plans the days are told."""

    which = forms.ChoiceField(
        label=_("Plans"),
        required=False,
        choices=[("", _("All that began")), ("sold", _("Only those in their hands"))],
    )

    def __init__(self, *args: Any, **said: Any) -> None:
        super().__init__(*args, **said)
        for name in ("template", "waiting", "late", "column"):
            del self.fields[name]

    @property
    def sold_only(self) -> bool:
        """Whether only finished waits are told, so that none is counted short."""
        return self.cleaned_data.get("which") == "sold"


class AssignLeadForm(ChoosingForm):
    """Who leads the chosen plans from now on."""

    new_lead = forms.ChoiceField(label=_("Who leads them"))

    def __init__(self, *args: Any, workspace: Workspace, **said: Any) -> None:
        super().__init__(*args, **said)
        self.members: list[Member] = list(members_of(workspace))
        self.offer_rows("new_lead", ((row.pk, row.name) for row in self.members))

    def lead(self) -> Member:
        """The member who was chosen."""
        chosen: Member = self.picked("new_lead", self.members)
        return chosen
