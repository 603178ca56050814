"""What a member types about money: strings to values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from django import forms
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm
from vereda.revenue import wording
from vereda.revenue.contracts import BillingPeriod, ChurnReason
from vereda.revenue.models import Subscription

MOST_MAJOR = Decimal(10**12)


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, with the browser's own picker."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class TermsForm(AnsweringForm):
    """The terms of a subscription."""

    plan = forms.CharField(label=_("Plan"), max_length=100, required=False)
    product = forms.CharField(label=_("Product"), max_length=100, required=False)
    seats = forms.IntegerField(label=_("Seats"), min_value=0, max_value=10**9, required=False)
    amount = forms.DecimalField(
        label=_("Amount"), min_value=0, max_value=MOST_MAJOR, decimal_places=4
    )
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    period = forms.ChoiceField(
        label=_("Paid"), choices=lambda: wording.choices_among(wording.PERIODS)
    )
    renews_on = day_field(
        _("Renews on"),
        required=False,
        help_text=_("When they have to say yes again. Empty: on the yearly anniversary."),
    )
    ends_on = day_field(
        _("Ends on"), required=False, help_text=_("The first day without it. Empty: open end.")
    )
    trial = forms.BooleanField(label=_("It is a trial"), required=False)
    auto_renew = forms.BooleanField(label=_("It renews by itself"), required=False, initial=True)

    def clean_currency(self) -> str:
        """The currency's letters, known and in capitals."""
        currency = str(self.cleaned_data["currency"]).upper()
        if currency not in wording.known_currencies():
            raise forms.ValidationError(
                _("This is no currency. Use its three letters, such as EUR.")
            )
        return currency

    def clean(self) -> dict[str, Any]:
        """The amount must be whole in the smallest unit of its currency."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "amount" in cleaned and "currency" in cleaned:
            scaled = cleaned["amount"].scaleb(get_currency_precision(cleaned["currency"]))
            if scaled % 1:
                self.add_error("amount", _("This currency has fewer decimals. Round the amount."))
            cleaned["amount_minor"] = int(scaled)
        return cleaned

    def terms(self) -> dict[str, Any]:
        """The terms as the actions take them."""
        cleaned = self.cleaned_data
        names = ("plan", "product", "seats", "amount_minor", "currency", "renews_on", "ends_on")
        terms = {name: cleaned[name] for name in (*names, "trial", "auto_renew")}
        return {**terms, "period": BillingPeriod(cleaned["period"])}


class StartForm(TermsForm):
    """A new subscription."""

    started_on = day_field(_("Starts on"))

    field_order = ("plan", "product", "seats", "amount", "currency", "period", "started_on")


class ChangeForm(TermsForm):
    """Other terms, from a day on or from the first day."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    from_on = day_field(
        _("From"),
        help_text=_("The terms until then stay in the history. The first day corrects them."),
    )

    field_order = ("from_on", "plan", "product", "seats", "amount", "currency", "period")


class EndForm(AnsweringForm):
    """The end of one subscription."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    ends_on = day_field(_("Ends on"), help_text=_("The first day without it."))


class ChurnForm(AnsweringForm):
    """A goodbye."""

    churned_on = day_field(_("Left on"))
    reason = forms.ChoiceField(
        label=_("Reason"), choices=lambda: wording.choices_among(wording.REASONS)
    )
    comment = forms.CharField(
        label=_("In their words"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_reason(self) -> ChurnReason:
        """The reason as its word."""
        return ChurnReason(self.cleaned_data["reason"])


def terms_initial(subscription: Subscription) -> dict[str, Any]:
    """A form's values for a subscription as it is."""
    names = ("version", "plan", "product", "seats", "currency", "period", "renews_on", "ends_on")
    values = {name: getattr(subscription, name) for name in (*names, "trial", "auto_renew")}
    digits = get_currency_precision(subscription.currency)
    return {**values, "amount": Decimal(subscription.amount_minor).scaleb(-digits)}
