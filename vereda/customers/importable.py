"""Accounts and people as rows that files can bring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from vereda.customers import wording
from vereda.customers.actions.account_upserts import upsert_accounts
from vereda.customers.actions.fields import define_field
from vereda.customers.actions.person_upserts import upsert_people
from vereda.customers.actions.upsert_undo import undo_account_upsert, undo_person_upsert
from vereda.customers.contracts import (
    UNSET,
    AccountIn,
    CommercialStatus,
    FieldTarget,
    Identity,
    LifecycleStage,
    PersonIn,
    UpsertResult,
)
from vereda.customers.contracts import FieldType as CustomType
from vereda.customers.contracts import Outcome as UpsertOutcome
from vereda.customers.contracts import RowResult as UpsertRow
from vereda.customers.models.fields import CustomField
from vereda.customers.queries.accounts import (
    accounts_by_domain,
    accounts_by_external_id,
    accounts_by_name,
)
from vereda.customers.queries.fields import custom_fields_of
from vereda.customers.queries.people import people_by_email, people_by_external_id
from vereda.foundation.importing import (
    Change,
    FieldType,
    IdentityKey,
    ImportableKind,
    ImportChoice,
    ImportField,
    ImportRow,
    Outcome,
    ReferenceWay,
    RowProblem,
    RowResult,
    UndoResult,
)
from vereda.workspaces.queries import workspace_with_id

if TYPE_CHECKING:
    from vereda.workspaces.models import Member

_STAGE_WORDS: Mapping[LifecycleStage, tuple[str, ...]] = {
    LifecycleStage.PROSPECT: ("prospecto", "lead"),
    LifecycleStage.TRIAL: ("prueba", "piloto"),
    LifecycleStage.ONBOARDING: ("implantación", "puesta en marcha", "alta"),
    LifecycleStage.ADOPTION: ("adopción",),
    LifecycleStage.VALUE: ("valor", "engagement", "retention", "madurez"),
    LifecycleStage.EXPANSION: ("expansión", "ampliación", "growth"),
    LifecycleStage.ADVOCACY: ("promotor", "referencia", "advocate"),
    LifecycleStage.OFFBOARDING: ("salida", "baja"),
}
_STATUS_WORDS: Mapping[CommercialStatus, tuple[str, ...]] = {
    CommercialStatus.PROSPECT: ("prospecto", "lead"),
    CommercialStatus.TRIAL: ("prueba", "piloto"),
    CommercialStatus.ACTIVE: ("activo", "activa", "cliente", "customer", "subscribed"),
    CommercialStatus.PAUSED: ("pausado", "pausada", "en pausa", "on hold"),
    CommercialStatus.CHURNED: ("baja", "perdido", "cancelado", "cancelled", "lost"),
    CommercialStatus.WON_BACK: ("recuperado", "recuperada", "reactivated"),
    CommercialStatus.IGNORED: ("ignorado", "ignorada", "excluded"),
}
_FIELD_TYPES = {
    CustomType.TEXT: FieldType.TEXT,
    CustomType.URL: FieldType.TEXT,
    CustomType.NUMBER: FieldType.DECIMAL,
    CustomType.DATE: FieldType.DATE,
    CustomType.BOOLEAN: FieldType.BOOLEAN,
    CustomType.CHOICE: FieldType.CHOICE,
}
_CUSTOM_TYPES = {
    FieldType.INTEGER: CustomType.NUMBER,
    FieldType.DECIMAL: CustomType.NUMBER,
    FieldType.MONEY: CustomType.NUMBER,
    FieldType.DATE: CustomType.DATE,
    FieldType.INSTANT: CustomType.DATE,
    FieldType.BOOLEAN: CustomType.BOOLEAN,
}


class AccountsKind(ImportableKind):
    """Accounts, recognised by id, domain or name; custom fields included."""

    name = "accounts"
    label = _("Accounts")
    permission = "customers.import_accounts"
    creates_fields = True

    @override
    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """The account's own fields, then the custom ones."""
        custom = custom_fields_of(workspace, target=FieldTarget.ACCOUNT)
        return (*_ACCOUNT_FIELDS, *map(_custom_import_field, custom))

    @override
    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """The external id first: names change and domains are shared."""
        return (
            IdentityKey("external_id", _("Account id"), ("external_id",)),
            IdentityKey("domain", _("Domain"), ("domain",)),
            IdentityKey("name", _("Name"), ("name",)),
        )

    @override
    def create_field(
        self, workspace: UUID, *, label: str, type: FieldType, by: Member | None, now: datetime
    ) -> ImportField:
        """A new custom field for accounts."""
        return _new_field(workspace, target=FieldTarget.ACCOUNT, label=label, type=type, by=by)

    @override
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
        """One upsert for the whole chunk."""
        result = upsert_accounts(
            workspace,
            [_account_in(row.values) for row in rows],
            identity=Identity(identity.name),
            source="import",
            by=by,
            now=now,
            dry_run=dry_run,
        )
        return _results(rows, result)

    @override
    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """Accounts as they were before, except what people changed since."""
        return undo_account_upsert(workspace, changes, by=by)

    @override
    def results_url(self, workspace_slug: str) -> str | None:
        """The portfolio, which the console draws."""
        return reverse("console:accounts", args=[workspace_slug])


class PeopleKind(ImportableKind):
    """People, recognised by id or address, with the account they are in."""

    name = "people"
    label = _("People")
    permission = "customers.import_people"
    creates_fields = True

    @override
    def fields(self, workspace: UUID) -> tuple[ImportField, ...]:
        """The person's own fields, then the custom ones."""
        custom = custom_fields_of(workspace, target=FieldTarget.PERSON)
        return (*_PERSON_FIELDS, *map(_custom_import_field, custom))

    @override
    def identities(self, workspace: UUID) -> tuple[IdentityKey, ...]:
        """The external id, or the address."""
        return (
            IdentityKey("external_id", _("Person id"), ("external_id",)),
            IdentityKey("email", _("E-mail"), ("email",)),
        )

    @override
    def create_field(
        self, workspace: UUID, *, label: str, type: FieldType, by: Member | None, now: datetime
    ) -> ImportField:
        """A new custom field for people."""
        return _new_field(workspace, target=FieldTarget.PERSON, label=label, type=type, by=by)

    @override
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
        """One upsert for the whole chunk."""
        result = upsert_people(
            workspace,
            [_person_in(row.values) for row in rows],
            identity=Identity(identity.name),
            source="import",
            by=by,
            now=now,
            dry_run=dry_run,
        )
        return _results(rows, result)

    @override
    def undo(
        self,
        workspace: UUID,
        changes: Sequence[Change],
        *,
        import_id: UUID,
        by: Member | None,
        now: datetime,
    ) -> UndoResult:
        """People as they were before, except what was changed since."""
        return undo_person_upsert(workspace, changes, by=by)

    @override
    def results_url(self, workspace_slug: str) -> str | None:
        """The list of people."""
        return reverse("customers:people", args=[workspace_slug])


class NamedBy:
    """A way for a file to name an account or a person."""

    def __init__(
        self,
        refers_to: str,
        name: str,
        *,
        label: Any,
        aliases: tuple[str, ...],
        lookup: Callable[[UUID, Collection[str]], Mapping[str, UUID]],
    ) -> None:
        self.refers_to, self.name, self.label = refers_to, name, label
        self.aliases, self.lookup = aliases, lookup

    def named(self, workspace: UUID, names: Collection[str]) -> Mapping[str, UUID]:
        """The ids of the rows with these names; unclear names are left out."""
        return self.lookup(workspace, names)


WAYS: tuple[ReferenceWay, ...] = (
    NamedBy(
        "accounts",
        "external_id",
        label=_("Account id"),
        aliases=("account id", "account_id", "id de cuenta", "cliente id", "customer id"),
        lookup=accounts_by_external_id,
    ),
    NamedBy(
        "accounts",
        "domain",
        label=_("Domain"),
        aliases=("domain", "website", "dominio", "web"),
        lookup=accounts_by_domain,
    ),
    NamedBy(
        "accounts",
        "name",
        label=_("Name"),
        aliases=("account", "account name", "company", "cuenta", "empresa", "cliente"),
        lookup=accounts_by_name,
    ),
    NamedBy(
        "people",
        "external_id",
        label=_("Person id"),
        aliases=("user id", "person id", "contact id", "id de usuario"),
        lookup=people_by_external_id,
    ),
    NamedBy(
        "people",
        "email",
        label=_("E-mail"),
        aliases=("email", "e-mail", "mail", "correo", "correo electrónico"),
        lookup=people_by_email,
    ),
)

_CREATED_ON = ("signup date", "customer since", "created", "fecha de alta", "cliente desde", "alta")
_ACCOUNT_FIELDS = (
    ImportField(
        "external_id",
        _("Account id"),
        aliases=("account id", "id", "customer id", "id de cuenta", "código", "codigo"),
        max_length=200,
    ),
    ImportField(
        "name",
        _("Name"),
        aliases=("account name", "company", "customer", "nombre", "empresa", "cuenta", "cliente"),
        max_length=200,
    ),
    ImportField("domain", _("Domain"), aliases=("dominio", "company domain"), max_length=253),
    ImportField("website", _("Website"), aliases=("web", "url", "sitio", "página web")),
    ImportField(
        "parent_external_id",
        _("Parent account"),
        aliases=("parent", "parent id", "parent account id", "matriz", "cuenta matriz", "grupo"),
        help=_("The id of the account it stands below."),
        max_length=200,
    ),
    ImportField(
        "owner_email",
        _("Owner"),
        FieldType.EMAIL,
        aliases=("owner", "owner email", "csm", "responsable", "gestor", "account manager"),
        help=_("The e-mail address of a member of this workspace."),
    ),
    ImportField(
        "stage",
        _("Stage"),
        FieldType.CHOICE,
        choices=tuple(
            ImportChoice(stage, label, _STAGE_WORDS[stage])
            for stage, label in wording.STAGES.items()
        ),
        aliases=("lifecycle stage", "phase", "etapa", "fase"),
    ),
    ImportField(
        "status",
        _("Status"),
        FieldType.CHOICE,
        choices=tuple(
            ImportChoice(status, label, _STATUS_WORDS[status])
            for status, label in wording.STATUSES.items()
        ),
        aliases=("commercial status", "customer status", "estado", "situación"),
    ),
    ImportField("industry", _("Industry"), aliases=("sector", "vertical"), max_length=100),
    ImportField("country", _("Country"), aliases=("país", "pais"), max_length=100),
    ImportField("next_step", _("Next step"), aliases=("próximo paso",), max_length=300),
    ImportField("tags", _("Tags"), FieldType.LIST, aliases=("labels", "etiquetas")),
    ImportField("created_on", _("Customer since"), FieldType.DATE, aliases=_CREATED_ON),
)
_PERSON_FIELDS = (
    ImportField(
        "external_id",
        _("Person id"),
        aliases=("user id", "contact id", "id", "id de usuario", "id de contacto"),
        max_length=200,
    ),
    ImportField(
        "email", _("E-mail"), FieldType.EMAIL, aliases=("mail", "e-mail", "correo", "email")
    ),
    ImportField(
        "name",
        _("Name"),
        aliases=("full name", "contact", "nombre", "nombre completo", "contacto"),
        max_length=200,
    ),
    ImportField(
        "account",
        _("Account"),
        FieldType.REFERENCE,
        refers_to="accounts",
        aliases=("account id", "company", "cuenta", "empresa", "cliente"),
    ),
    ImportField("title", _("Job title"), aliases=("position", "cargo", "puesto"), max_length=150),
    ImportField("role", _("Role"), aliases=("function", "rol", "función"), max_length=100),
    ImportField("language", _("Language"), aliases=("locale", "idioma", "lengua"), max_length=35),
    ImportField(
        "time_zone", _("Time zone"), aliases=("timezone", "zona horaria", "huso"), max_length=64
    ),
    ImportField(
        "phone", _("Telephone"), aliases=("phone", "mobile", "teléfono", "móvil"), max_length=50
    ),
    ImportField("created_on", _("Known since"), FieldType.DATE, aliases=_CREATED_ON),
)


def _custom_import_field(custom: CustomField) -> ImportField:
    return ImportField(
        f"custom.{custom.slug}",
        custom.label,
        _FIELD_TYPES[CustomType(custom.type)],
        choices=tuple(ImportChoice(choice, choice) for choice in custom.choices),
        aliases=(custom.slug.replace("_", " "),),
        max_length=2_000,
    )


def _new_field(
    workspace: UUID, *, target: FieldTarget, label: str, type: FieldType, by: Member | None
) -> ImportField:
    custom = define_field(
        workspace_with_id(workspace),
        target=target,
        label=label,
        type=_CUSTOM_TYPES.get(type, CustomType.TEXT),
        by=by,
    )
    return _custom_import_field(custom)


def _account_in(values: Mapping[str, Any]) -> AccountIn:
    return AccountIn(**_own_values(values, empty={"stage", "status", "tags"}))


def _person_in(values: Mapping[str, Any]) -> PersonIn:
    own = _own_values(values, empty=set())
    account = own.pop("account", None)
    return PersonIn(**own, account_ids=() if account is None else (account,))


def _own_values(values: Mapping[str, Any], *, empty: Collection[str]) -> dict[str, Any]:
    """The row's own fields apart from the custom ones; what cannot be empty is not said then."""
    own: dict[str, Any] = {"custom": {}}
    for name, value in values.items():
        slug = name.removeprefix("custom.")
        if slug != name:
            own["custom"][slug] = value
        else:
            own[name] = UNSET if value is None and name in empty else value
    return own


def _results(rows: Sequence[ImportRow], result: UpsertResult) -> list[RowResult]:
    return [_result(row, told) for row, told in zip(rows, result.rows, strict=True)]


def _result(row: ImportRow, told: UpsertRow) -> RowResult:
    if told.outcome is UpsertOutcome.REFUSED:
        found = str(row.values.get(told.column, ""))[:100]
        problem = RowProblem(told.code, told.reason, field=told.column, found=found)
        return RowResult(row.line, Outcome.REJECTED, problem=problem)
    return RowResult(row.line, Outcome(told.outcome), told.id, before=told.before, after=told.after)
