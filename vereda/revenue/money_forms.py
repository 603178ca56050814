"""What a member types about wins, exchange rates, costs and assumptions: strings to values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vereda.foundation.forms import AnsweringForm
from vereda.revenue import wording
from vereda.revenue.contracts import RateIn, WinKind, WinReason
from vereda.revenue.forms import MOST_MAJOR, day_field
from vereda.revenue.rules.exchange import RATE_DECIMALS, RATE_DIGITS, decimals_of

if TYPE_CHECKING:
    from vereda.revenue.models import Assumption, MonthlyCost, Win

MOST_PASTED = 5_000
CELLS = 4


class WinForm(AnsweringForm):
    """A win, win-back or loss."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("What"), choices=lambda: wording.choices_among(wording.WINS))
    happened_on = day_field(_("Day"))
    reason = forms.ChoiceField(
        label=_("What decided it"), choices=lambda: wording.choices_among(wording.WIN_REASONS)
    )
    competitor = forms.CharField(
        label=_("Competitor"),
        max_length=100,
        required=False,
        help_text=_("Whom they left for us, or us for whom."),
    )
    story = forms.CharField(
        label=_("The story"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Markdown. What happened, what we did, what they said."),
    )
    public = forms.BooleanField(label=_("It may be told outside"), required=False)

    def said(self) -> dict[str, Any]:
        """What was typed as the actions take it."""
        told = {name: self.cleaned_data[name] for name in ("happened_on", "competitor", "story")}
        kind, reason = WinKind(self.cleaned_data["kind"]), WinReason(self.cleaned_data["reason"])
        return {**told, "kind": kind, "reason": reason, "public": self.cleaned_data["public"]}


def win_initial(win: Win) -> dict[str, Any]:
    """A form's values for a win as it is."""
    names = ("version", "kind", "happened_on", "reason", "competitor", "story", "public")
    return {name: getattr(win, name) for name in names}


class RateForm(AnsweringForm):
    """One rate."""

    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    on = day_field(_("From"))
    rate = forms.DecimalField(
        label=_("Rate"),
        max_digits=RATE_DIGITS,
        decimal_places=RATE_DECIMALS,
        help_text=_("What one unit of it is worth in the workspace's currency."),
    )
    source = forms.CharField(label=_("Source"), max_length=100, required=False)

    def said(self) -> RateIn:
        """What was typed as the action takes it."""
        told = self.cleaned_data
        return RateIn(
            currency=told["currency"].upper(),
            on=told["on"],
            rate=told["rate"],
            source=told["source"],
        )


class PastedRatesForm(AnsweringForm):
    """Many rates as lines of CSV: currency, day, rate, source."""

    lines = forms.CharField(
        label=_("Rates, one a line"),
        max_length=400_000,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "USD;2026-11-01;0.9245;ECB"}),
        help_text=_("Currency, day, rate and perhaps the source, divided by semicolons or tabs."),
    )

    rates: list[RateIn]

    def clean_lines(self) -> str:
        """The lines as rates; the first that is none is named."""
        text = str(self.cleaned_data["lines"])
        self.rates = []
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            if len(self.rates) == MOST_PASTED:
                raise forms.ValidationError(_("These are more than 5,000 lines. Paste a part."))
            rate = rate_in(line)
            if rate is None:
                raise forms.ValidationError(
                    gettext("Line %(number)d is no rate: %(line)s")
                    % {"number": number, "line": line[:80]}
                )
            self.rates.append(rate)
        return text


def rate_in(line: str) -> RateIn | None:
    """The rate that a line tells; None for what is none."""
    divider = next((mark for mark in ("\t", ";") if mark in line), ",")
    cells = [cell.strip().strip('"') for cell in line.split(divider)]
    if not 3 <= len(cells) <= CELLS:
        return None
    try:
        number = cells[2] if divider == "," else cells[2].replace(",", ".")
        on, rate = date.fromisoformat(cells[1]), Decimal(number)
    except (ValueError, InvalidOperation):
        return None
    source = cells[3] if len(cells) == CELLS else ""
    return RateIn(currency=cells[0].upper(), on=on, rate=rate, source=source)


class CostForm(AnsweringForm):
    """What a month cost, in whole units of the workspace's currency."""

    month = day_field(_("Month"), help_text=_("Any day of it."))
    goods = forms.DecimalField(
        label=_("Cost of goods"),
        min_value=0,
        max_value=MOST_MAJOR,
        decimal_places=4,
        required=False,
        help_text=_("What delivering cost: hosting, licences, support. Empty: not told."),
    )
    acquisition = forms.DecimalField(
        label=_("Marketing and sales"),
        min_value=0,
        max_value=MOST_MAJOR,
        decimal_places=4,
        required=False,
        help_text=_("What winning new customers cost. Empty: not told."),
    )

    def __init__(self, *args: Any, currency: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        """Amounts must be whole in the smallest unit of the currency."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("goods", "acquisition"):
            amount = cleaned.get(name)
            if amount is not None and amount.scaleb(decimals_of(self.currency)) % 1:
                self.add_error(name, _("This currency has fewer decimals. Round the amount."))
        return cleaned

    def minor(self, name: str) -> int | None:
        """An amount in minor units."""
        amount = self.cleaned_data[name]
        return None if amount is None else int(amount.scaleb(decimals_of(self.currency)))


def cost_initial(cost: MonthlyCost) -> dict[str, Any]:
    """A form's values for a month as it was told."""
    decimals = decimals_of(cost.currency)
    amounts = {"goods": cost.goods_minor, "acquisition": cost.acquisition_minor}
    told = {
        name: None if minor is None else Decimal(minor).scaleb(-decimals)
        for name, minor in amounts.items()
    }
    return {"month": cost.month, **told}


class AssumptionForm(AnsweringForm):
    """What a business case takes for granted."""

    acquire_ratio = forms.DecimalField(
        label=_("Winning costs so many times what keeping does"),
        decimal_places=2,
        max_digits=6,
        help_text=_("Six unless you know better."),
    )
    margin_percent = forms.DecimalField(
        label=_("Gross margin where no costs are told, in percent"),
        decimal_places=2,
        max_digits=5,
        required=False,
    )
    margin_target_percent = forms.DecimalField(
        label=_("Target of the gross margin, in percent"), decimal_places=2, max_digits=5
    )
    low_margin_percent = forms.DecimalField(
        label=_("A margin is low below, in percent"), decimal_places=2, max_digits=5
    )
    low_growth_percent = forms.DecimalField(
        label=_("Growth is low below, in percent a year"), decimal_places=2, max_digits=6
    )
    discount_percent = forms.DecimalField(
        label=_("What is paid a year later is worth less by, in percent"),
        decimal_places=2,
        max_digits=5,
    )
    horizon_years = forms.IntegerField(
        label=_("Years that are looked ahead"), min_value=1, max_value=20
    )


def assumption_initial(assumption: Assumption) -> dict[str, Any]:
    """A form's values for the assumptions as they are."""
    return {name: getattr(assumption, name) for name in AssumptionForm.base_fields}
