"""Subscriptions and goodbyes from files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from babel.numbers import get_currency_precision
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vereda.foundation.importing import (
    Change,
    FieldType,
    IdentityKey,
    ImportChoice,
    ImportField,
    ImportRow,
    RowResult,
    UndoResult,
    WithoutNewFields,
)
from vereda.revenue import wording
from vereda.revenue.actions.upserts import (
    undo_churn_upsert,
    undo_subscription_upsert,
    upsert_churn,
    upsert_subscriptions,
)
from vereda.revenue.contracts import BillingPeriod, ChurnIn, ChurnReason, SubscriptionIn
from vereda.revenue.queries.subscriptions import accounts_by_subscription, periods_by_external_id
from vereda.revenue.rules.terms import PERIODS_A_YEAR
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

PERIOD_WORDS: Mapping[BillingPeriod, tuple[str, ...]] = {
    BillingPeriod.MONTHLY: ("month", "mensual", "mes", "m", "1"),
    BillingPeriod.QUARTERLY: ("quarter", "trimestral", "trimestre", "q", "3"),
    BillingPeriod.HALF_YEARLY: ("semiannual", "half-yearly", "biannual", "semestral", "6"),
    BillingPeriod.YEARLY: ("annual", "annually", "year", "anual", "año", "y", "12"),
}
REASON_WORDS: Mapping[ChurnReason, tuple[str, ...]] = {
    ChurnReason.PRICE: ("pricing", "too expensive", "precio", "caro"),
    ChurnReason.BUDGET: ("presupuesto", "cuts"),
    ChurnReason.NOT_ENOUGH_VALUE: ("value", "no value", "valor", "roi"),
    ChurnReason.MISSING_FEATURES: ("features", "missing feature", "funciones", "product"),
    ChurnReason.SUPPORT: ("soporte", "service", "servicio"),
    ChurnReason.COMPETITOR: ("competition", "switched", "competencia", "competidor"),
    ChurnReason.NOT_ADOPTED: ("adoption", "never used", "sin uso"),
    ChurnReason.SPONSOR_LEFT: ("champion left", "champion"),
    ChurnReason.BUSINESS_CLOSED: ("closed", "bankruptcy", "cierre", "out of business"),
    ChurnReason.TRIAL_ENDED: ("trial", "prueba"),
    ChurnReason.OTHER: ("otro", "otros", "others"),
    ChurnReason.UNKNOWN: ("desconocido", "n/a", "none"),
}


def choices_with(labels: Mapping[Any, Any], words: Mapping[Any, tuple[str, ...]]) -> Any:
    """The choices of an enum with the words that files use for them."""
    return tuple(
        ImportChoice(str(value), label, words.get(value, ())) for value, label in labels.items()
    )


ACCOUNT = ImportField(
    "account",
    _("Account"),
    FieldType.REFERENCE,
    required=True,
    refers_to="accounts",
    aliases=("account id", "account", "customer", "customer id", "company", "cliente", "cuenta"),
)
CURRENCY = ImportField(
    "currency",
    _("Currency"),
    aliases=("currency", "moneda", "divisa"),
    help=_("Three letters, such as EUR. Without it, the workspace's currency."),
    max_length=3,
)


class SubscriptionsKind(WithoutNewFields):
    """Subscriptions, recognised by their id in the system they come from."""

    name = "subscriptions"
    label = _("Subscriptions")
    permission = "revenue.import_subscriptions"

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """Everything a column can be mapped to."""
        return (
            ImportField(
                "external_id",
                _("Subscription id"),
                required=True,
                aliases=("subscription id", "subscription", "contract", "contrato", "id"),
                max_length=200,
            ),
            ACCOUNT,
            ImportField(
                "started_on",
                _("Starts"),
                FieldType.DATE,
                required=True,
                aliases=("start date", "start", "started on", "inicio", "fecha de inicio"),
            ),
            ImportField(
                "ends_on",
                _("Ends"),
                FieldType.DATE,
                aliases=("end date", "end", "ends on", "fin", "fecha de fin"),
                help=_("The first day without it. Empty while nobody knows."),
            ),
            ImportField(
                "renews_on",
                _("Renews"),
                FieldType.DATE,
                aliases=("renewal", "renewal date", "renews on", "renovación"),
            ),
            ImportField(
                "cancelled_on",
                _("Cancelled"),
                FieldType.DATE,
                aliases=("cancelled on", "canceled at", "cancellation date", "baja"),
            ),
            ImportField("product", _("Product"), aliases=("product", "producto"), max_length=100),
            ImportField(
                "plan", _("Plan"), aliases=("plan", "plan tier", "tier", "tarifa"), max_length=100
            ),
            ImportField(
                "seats",
                _("Seats"),
                FieldType.INTEGER,
                aliases=("seats", "licences", "licenses", "users", "plazas", "licencias"),
            ),
            *_amount_fields(),
            ImportField(
                "period",
                _("Billing period"),
                FieldType.CHOICE,
                choices=choices_with(wording.PERIODS, PERIOD_WORDS),
                aliases=("billing frequency", "billing period", "interval", "periodicidad"),
            ),
            CURRENCY,
            ImportField(
                "trial", _("Trial"), FieldType.BOOLEAN, aliases=("is trial", "trial", "prueba")
            ),
            ImportField(
                "auto_renew",
                _("Renews by itself"),
                FieldType.BOOLEAN,
                aliases=("auto renew", "auto renew flag", "renovación automática"),
            ),
        )

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """By the id in the other system."""
        return (IdentityKey("external_id", _("Subscription id"), ("external_id",)),)

    def apply(
        self,
        workspace: UUID,
        rows: Sequence[ImportRow],
        *,
        identity: IdentityKey,
        import_id: UUID,
        by: Member | None,
        now: datetime,
        dry_run: bool,
    ) -> list[RowResult]:
        """One result per row."""
        home = workspace_with_id(workspace)
        names = [str(row.values["external_id"]) for row in rows]
        periods = periods_by_external_id(home, names)
        said = [subscription_in(row, periods=periods, home_currency=home.currency) for row in rows]
        results = upsert_subscriptions(home, said, by=by, now=now, dry_run=dry_run)
        return with_lines(results, rows)

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Created subscriptions gone, changed ones as before."""
        return undo_subscription_upsert(workspace, changes, by=by, now=now)

    def results_url(self, workspace_slug: str) -> str | None:
        """The portfolio, where ARR and renewals are columns."""
        return reverse("console:accounts", kwargs={"workspace": workspace_slug})


def _amount_fields() -> tuple[ImportField, ...]:
    """Three ways to say what is paid; the first that a row has counts."""
    return (
        ImportField(
            "amount",
            _("Amount per billing period"),
            FieldType.MONEY,
            aliases=("amount", "price", "importe", "precio", "cuota"),
            help=_("Rounded to the smallest unit of its currency."),
        ),
        ImportField(
            "mrr",
            _("Amount per month (MRR)"),
            FieldType.MONEY,
            aliases=("mrr", "mrr amount", "monthly amount", "importe mensual"),
        ),
        ImportField(
            "arr",
            _("Amount per year (ARR)"),
            FieldType.MONEY,
            aliases=("arr", "arr amount", "annual amount", "importe anual"),
        ),
    )


def subscription_in(
    row: ImportRow, *, periods: Mapping[str, str], home_currency: str
) -> SubscriptionIn:
    """What the row says. An ARR that no whole cents a period make is kept as paid yearly."""
    values: dict[str, Any] = dict(row.values)
    amounts = {name: values.pop(name, None) for name in ("amount", "mrr", "arr")}
    for column in ("plan", "product"):
        if column in values:
            values[column] = values[column] or ""
    _drop_nothing(values, ("period", "currency", "trial", "auto_renew", "started_on"))
    if "currency" in values:
        values["currency"] = values["currency"].upper()
    values["account_id"] = values.pop("account")
    period = values.get("period") or periods.get(values["external_id"], BillingPeriod.MONTHLY)
    currency = values.get("currency", home_currency)
    paid = amount_said(amounts, period=BillingPeriod(period), currency=currency)
    if paid is not None:
        values["amount_minor"], values["period"] = paid
    if "period" in values:
        values["period"] = BillingPeriod(values["period"])
    return SubscriptionIn(**values)


def amount_said(
    amounts: Mapping[str, Decimal | None], *, period: BillingPeriod, currency: str
) -> tuple[int, BillingPeriod] | None:
    """What is paid each period, from the first of amount, MRR and ARR that is there."""
    times = PERIODS_A_YEAR[period]
    if (amount := amounts["amount"]) is not None:
        return minor_units(amount, currency=currency), period
    if (monthly := amounts["mrr"]) is not None:
        return minor_units(monthly, currency=currency) * 12 // times, period
    if (yearly := amounts["arr"]) is not None:
        minor = minor_units(yearly, currency=currency)
        return (minor // times, period) if minor % times == 0 else (minor, BillingPeriod.YEARLY)
    return None


def minor_units(amount: Decimal, *, currency: str) -> int:
    """Major units as minor ones, halves rounded up; an unknown currency counts two decimals."""
    scaled = amount.scaleb(get_currency_precision(currency))
    return int(scaled.to_integral_value(rounding=ROUND_HALF_UP))


def _drop_nothing(values: dict[str, Any], names: Sequence[str]) -> None:
    """Forget empty cells of columns that cannot be empty: they stay as they are."""
    for name in names:
        if name in values and values[name] is None:
            del values[name]


def with_lines(results: Sequence[RowResult], rows: Sequence[ImportRow]) -> list[RowResult]:
    """The results with the file's lines, and with the columns' names of the file's fields."""
    return [
        RowResult(
            row.line,
            result.outcome,
            result.object_id,
            before=result.before,
            after=result.after,
            problem=result.problem,
        )
        for result, row in zip(results, rows, strict=True)
    ]


class ChurnKind(WithoutNewFields):
    """Goodbyes, recognised by their id in the system they come from."""

    name = "churn"
    label = _("Churn")
    permission = "revenue.import_churn"

    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """Everything a column can be mapped to."""
        return (
            ImportField(
                "external_id",
                _("Churn id"),
                required=True,
                aliases=("churn event id", "churn id", "id"),
                max_length=200,
            ),
            ACCOUNT,
            ImportField(
                "churned_on",
                _("Left on"),
                FieldType.DATE,
                required=True,
                aliases=("churn date", "date", "fecha", "fecha de baja"),
            ),
            ImportField(
                "reason",
                _("Reason"),
                FieldType.CHOICE,
                choices=choices_with(wording.REASONS, REASON_WORDS),
                aliases=("reason", "reason code", "churn reason", "motivo"),
            ),
            ImportField(
                "comment",
                _("In their words"),
                aliases=("feedback text", "comment", "feedback", "comentario"),
                max_length=5_000,
            ),
            ImportField(
                "refund",
                _("Refund"),
                FieldType.MONEY,
                aliases=("refund", "refund amount", "refund amount usd", "devolución"),
            ),
            CURRENCY,
            ImportField(
                "reactivation",
                _("Had left and come back before"),
                FieldType.BOOLEAN,
                aliases=("is reactivation", "reactivation", "reactivación"),
            ),
        )

    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """By the id in the other system."""
        return (IdentityKey("external_id", _("Churn id"), ("external_id",)),)

    def apply(
        self,
        workspace: UUID,
        rows: Sequence[ImportRow],
        *,
        identity: IdentityKey,
        import_id: UUID,
        by: Member | None,
        now: datetime,
        dry_run: bool,
    ) -> list[RowResult]:
        """One result per row."""
        home = workspace_with_id(workspace)
        said = [churn_in(row, home_currency=home.currency) for row in rows]
        return with_lines(upsert_churn(home, said, by=by, now=now, dry_run=dry_run), rows)

    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Created goodbyes gone, changed ones as before."""
        return undo_churn_upsert(workspace, changes, by=by, now=now)

    def results_url(self, workspace_slug: str) -> str | None:
        """The portfolio."""
        return reverse("console:accounts", kwargs={"workspace": workspace_slug})


class AccountOfSubscription:
    """Names an account by one of its subscriptions, as usage exports of billing systems do."""

    refers_to = "accounts"
    name = "subscription"
    label = _("Id of one of its subscriptions")
    aliases = ("subscription id", "subscription", "contrato")

    def named(self, workspace: UUID, names: Collection[str]) -> Mapping[str, UUID]:
        """The accounts of the subscriptions with these ids."""
        return accounts_by_subscription(workspace, names)


def churn_in(row: ImportRow, *, home_currency: str) -> ChurnIn:
    """What the row says."""
    values: dict[str, Any] = dict(row.values)
    values["account_id"] = values.pop("account")
    if "comment" in values:
        values["comment"] = values["comment"] or ""
    _drop_nothing(values, ("reason", "currency", "reactivation", "churned_on"))
    if "currency" in values:
        values["currency"] = values["currency"].upper()
    if "refund" in values:
        refund = values.pop("refund")
        currency = values.get("currency", home_currency)
        values["refund_minor"] = None if refund is None else minor_units(refund, currency=currency)
    if "reason" in values:
        values["reason"] = ChurnReason(values["reason"])
    return ChurnIn(**values)
