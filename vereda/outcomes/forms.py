"""What members say about promised benefits and expectations: strings to values."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.customers.queries.files import files_of
from vereda.customers.queries.people import people_of
from vereda.events.contracts.measuring import Per as MetricPer
from vereda.events.queries.metrics import metrics_in
from vereda.foundation.forms import AnsweringForm
from vereda.outcomes import wording
from vereda.outcomes.contracts import (
    DECIMALS,
    DIGITS,
    LONGEST_BENEFIT,
    LONGEST_WORDS,
    MOST_TOLERANCE,
    TOLERANCE,
    Direction,
    ExpectationStep,
    Origin,
    OutcomeSaid,
    Per,
    Unit,
    WhyNot,
)
from vereda.product.queries import features_in, products_in
from vereda.workspaces.queries import members_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vereda.customers.models.accounts import Account
    from vereda.outcomes.models.outcomes import Outcome


def day_asked(label: Any, **more: Any) -> forms.DateField:
    """A field of a day as browsers take it: ISO, in every language."""
    return forms.DateField(
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        **more,
    )


def value_asked(label: Any, **more: Any) -> forms.DecimalField:
    """A field of a value in the outcome's unit."""
    return forms.DecimalField(label=label, max_digits=DIGITS, decimal_places=DECIMALS, **more)


def words_asked(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    """A field of several lines."""
    return forms.CharField(
        label=label,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


class _Choosing(AnsweringForm):
    """A form with lists of rows to choose from; the first choice is nobody and nothing."""

    def offer(self, name: str, rows: Iterable[tuple[UUID, str]], *, none: Any) -> None:
        """Let a field choose among these rows, or none of them."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared by the subclass
        field.choices = [("", none), *((str(pk), words) for pk, words in rows)]

    def chosen(self, name: str) -> UUID | None:
        """The row chosen."""
        value = self.cleaned_data[name]
        return UUID(value) if value else None


class OutcomeForm(_Choosing):
    """A promised benefit, as it was when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    benefit = forms.CharField(
        label=_("The benefit, in the customer's words"),
        max_length=LONGEST_BENEFIT,
        help_text=_("What is better for them when it came true: “Invoices leave the same day”."),
    )
    why = words_asked(_("Why they need it"), rows=2, required=False)
    said_by_id = forms.ChoiceField(label=_("Who of them said it"), required=False)
    origin = forms.ChoiceField(
        label=_("Where it was promised"),
        choices=lambda: wording.outcome_choices(wording.ORIGINS),
        initial=Origin.SALE,
    )
    product_id = forms.ChoiceField(label=_("Product"), required=False)
    feature_id = forms.ChoiceField(
        label=_("Feature"), required=False, help_text=_("The feature decides the product.")
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        choices=lambda: wording.outcome_choices(wording.UNITS),
        initial=Unit.NUMBER,
    )
    unit_words = forms.CharField(
        label=_("What is counted, if it is something else"), max_length=40, required=False
    )
    currency = forms.CharField(
        label=_("Currency, if it is money"), min_length=3, max_length=3, required=False
    )
    per = forms.ChoiceField(
        label=_("How often the value comes"),
        choices=lambda: wording.outcome_choices(wording.PERS),
        initial=Per.ONCE,
    )
    direction = forms.ChoiceField(
        label=_("Which way is better"),
        choices=lambda: wording.outcome_choices(wording.DIRECTIONS),
        initial=Direction.MORE,
    )
    metric_id = forms.ChoiceField(
        label=_("Measured by"),
        required=False,
        help_text=_("A metric measures it by itself; otherwise you or the customer do."),
    )
    baseline = value_asked(
        _("Where it starts"),
        required=False,
        help_text=_("Empty: what the metric says today, or nobody knows."),
    )
    target = value_asked(_("What is promised"))
    out_of_box = value_asked(
        _("What the product gives by itself"),
        required=False,
        help_text=_("Without anybody's help. The value gap is what is promised minus this."),
    )
    promised_on = day_asked(_("Promised on"), required=False)
    starts_on = day_asked(
        _("Progress is expected from"),
        required=False,
        help_text=_("Empty: from the day it was promised."),
    )
    due_on = day_asked(_("Due on"))
    tolerance_percent = forms.IntegerField(
        label=_("Points of the way that may be missing before an alert"),
        min_value=0,
        max_value=MOST_TOLERANCE,
        initial=TOLERANCE,
    )
    owner_id = forms.ChoiceField(label=_("Who of us looks after it"), required=False)
    because = forms.CharField(
        label=_("Why the promise is moved"),
        max_length=500,
        required=False,
        help_text=_("Needed where a number or a day of it changes. The customer reads it."),
    )

    def __init__(
        self, *args: Any, account: Account, outcome: Outcome | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        workspace = account.workspace
        people = {row.person_id: row.person.called for row in people_of(account)}
        products = {row.pk: row.name for row in products_in(workspace)}
        features = {row.pk: f"{row.product.name}: {row.name}" for row in features_in(workspace)}
        metrics = {row.pk: row.name for row in metrics_in(workspace, per=MetricPer.ACCOUNT)}
        members = {row.pk: row.name for row in members_of(workspace)}
        if outcome is not None:
            _keep(people, outcome.said_by_id, lambda: outcome.said_by.called)  # type: ignore[union-attr]
            _keep(products, outcome.product_id, lambda: outcome.product.name)  # type: ignore[union-attr]
            _keep(features, outcome.feature_id, lambda: outcome.feature.name)  # type: ignore[union-attr]
            _keep(metrics, outcome.metric_id, lambda: outcome.metric.name)  # type: ignore[union-attr]
            _keep(members, outcome.owner_id, lambda: outcome.owner.name)  # type: ignore[union-attr]
            del self.fields["promised_on"]
        else:
            del self.fields["because"]
        self.offer("said_by_id", people.items(), none=_("Nobody in particular"))
        self.offer("product_id", products.items(), none=_("No product in particular"))
        self.offer("feature_id", features.items(), none=_("No feature in particular"))
        self.offer("metric_id", metrics.items(), none=_("Hand: us or the customer"))
        self.offer("owner_id", members.items(), none=_("Whoever looks after the account"))

    def said(self) -> OutcomeSaid:
        """What was typed as the actions take it."""
        told = self.cleaned_data
        named = ("said_by_id", "product_id", "feature_id", "metric_id", "owner_id")
        return OutcomeSaid(
            benefit=told["benefit"],
            why=told["why"],
            unit=Unit(told["unit"]),
            unit_words=told["unit_words"],
            currency=told["currency"].upper(),
            per=Per(told["per"]),
            direction=Direction(told["direction"]),
            baseline=told["baseline"],
            target=told["target"],
            out_of_box=told["out_of_box"],
            starts_on=told["starts_on"],
            due_on=told["due_on"],
            tolerance_percent=told["tolerance_percent"],
            origin=Origin(told["origin"]),
            **{name: self.chosen(name) for name in named},
        )


def _keep(offered: dict[UUID, str], wanted: UUID | None, words: Any) -> None:
    """What an outcome names already stays on offer, even when it no longer is for others."""
    if wanted is not None and wanted not in offered:
        offered[wanted] = words()


def outcome_initial(outcome: Outcome) -> dict[str, Any]:
    """A form's values for an outcome as it is."""
    names = (
        "version",
        "benefit",
        "why",
        "said_by_id",
        "origin",
        "product_id",
        "feature_id",
        "unit",
        "unit_words",
        "currency",
        "per",
        "direction",
        "metric_id",
        "starts_on",
        "due_on",
        "tolerance_percent",
        "owner_id",
    )
    values = {name: getattr(outcome, name) for name in names}
    for name in ("baseline", "target", "out_of_box"):
        values[name] = bare_value(getattr(outcome, name))
    return values


def bare_value(value: Decimal | None) -> str:
    """A value without zeros at its end, as a field shows it."""
    return "" if value is None else f"{value.normalize():f}"


class MeasureForm(_Choosing):
    """What the value was on a day, who says so, and the evidence."""

    value = value_asked(_("Value"))
    on = day_asked(_("Day it was measured"))
    person = forms.ChoiceField(
        label=_("Who said it"),
        required=False,
        help_text=_("Somebody of theirs, if it is their number."),
    )
    words = words_asked(
        _("Evidence"),
        rows=2,
        required=False,
        help_text=_("How it is known: a report, a screen, a conversation."),
    )
    file = forms.ChoiceField(label=_("File"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {row.person_id: row.person for row in people_of(account)}
        people = [(pk, person.called) for pk, person in self.people.items()]
        self.offer("person", people, none=_("We measured it"))
        files = [(row.pk, row.name) for row in files_of(account)]
        self.offer("file", files, none=_("None of the account's files"))
        if not files:
            self.fields["file"].widget = forms.HiddenInput()

    def said(self) -> dict[str, Any]:
        """What was typed as the action takes it."""
        told, person = self.cleaned_data, self.chosen("person")
        return {
            "value": told["value"],
            "on": told["on"],
            "words": told["words"],
            "file_id": self.chosen("file"),
            "person": None if person is None else self.people[person],
        }


class VerdictForm(_Choosing):
    """It came true: who says so, and how it is known."""

    person = forms.ChoiceField(
        label=_("Who says so"),
        required=False,
        help_text=_("The customer's own word counts apart from ours, and rules."),
    )
    words = words_asked(_("In their words, or how we know"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {row.person_id: row.person for row in people_of(account)}
        people = [(pk, person.called) for pk, person in self.people.items()]
        self.offer("person", people, none=_("We do"))

    def speaker(self) -> Any:
        """The person of the customer who says it; None: we do."""
        person = self.chosen("person")
        return None if person is None else self.people[person]


class DenyForm(VerdictForm):
    """It did not come true: who says so, and why not."""

    reason = forms.ChoiceField(
        label=_("Why not"),
        widget=forms.RadioSelect,
        choices=lambda: wording.outcome_choices(wording.WHY_NOT),
    )

    def why_not(self) -> WhyNot:
        """The reason."""
        return WhyNot(self.cleaned_data["reason"])


class DropForm(AnsweringForm):
    """Why nobody pursues it any more."""

    because = forms.CharField(
        label=_("Why it is no longer pursued"),
        max_length=500,
        help_text=_("It stays in the value report, with this reason."),
    )


class ExpectationForm(_Choosing):
    """What a customer was told to expect."""

    step = forms.ChoiceField(
        label=_("At which step"), choices=lambda: wording.outcome_choices(wording.STEPS)
    )
    words = words_asked(_("What they may expect"))
    set_on = day_asked(_("Said on"), required=False)
    by_on = day_asked(_("Until"), required=False, help_text=_("Empty: no day was said."))
    person_id = forms.ChoiceField(label=_("Told to"), required=False)

    def __init__(self, *args: Any, account: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(row.person_id, row.person.called) for row in people_of(account)]
        self.offer("person_id", people, none=_("Nobody in particular"))

    def said(self) -> dict[str, Any]:
        """What was typed as the action takes it."""
        told = self.cleaned_data
        return {
            "step": ExpectationStep(told["step"]),
            "words": told["words"],
            "set_on": told["set_on"],
            "by_on": told["by_on"],
            "person_id": self.chosen("person_id"),
        }


class SettleForm(AnsweringForm):
    """What came of an expectation."""

    came = forms.ChoiceField(
        label=_("What came of it"),
        widget=forms.RadioSelect,
        choices=(("met", _("It came as it was said")), ("missed", _("It did not"))),
    )
    words = words_asked(
        _("What was different, and what they were told"),
        required=False,
        help_text=_("Needed when it did not come."),
    )
