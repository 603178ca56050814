"""What the enums of customers are called on screen, and why a value did not fit."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vereda.customers.contracts import (
    CommercialStatus,
    FieldTarget,
    FieldType,
    FileFault,
    HealthBand,
    InteractionKind,
    MoveKind,
    Operator,
    RelationKind,
    Visibility,
)
from vereda.customers.contracts import LifecycleStage as Stage
from vereda.customers.rules.likeness import Reason
from vereda.customers.rules.values import Misfit

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Word = TypeVar("Word", bound=StrEnum)

STAGES: dict[Stage, StrPromise] = {
    Stage.PROSPECT: _("Prospect"),
    Stage.TRIAL: _("Trial"),
    Stage.ONBOARDING: _("Onboarding"),
    Stage.ADOPTION: _("Adoption"),
    Stage.VALUE: pgettext_lazy("lifecycle stage", "Value"),
    Stage.EXPANSION: _("Expansion"),
    Stage.ADVOCACY: _("Advocacy"),
    Stage.OFFBOARDING: _("Offboarding"),
}

FILE_FAULTS: dict[FileFault, StrPromise] = {
    FileFault.EMPTY: _("The file is empty."),
    FileFault.TOO_LARGE: _("The file is larger than 25 MB."),
    FileFault.WRONG_KIND: _(
        "This kind of file is not kept here. PDF, Office documents, pictures and text are."
    ),
    FileFault.BROKEN_PICTURE: _("The picture is damaged: it cannot be opened."),
    FileFault.TOO_MANY_PIXELS: _("The picture has more than 50 million pixels."),
    FileFault.PACKED_TOO_DENSELY: _("The document unpacks to more than can be opened safely."),
}

STATUSES: dict[CommercialStatus, StrPromise] = {
    CommercialStatus.PROSPECT: _("Prospect"),
    CommercialStatus.TRIAL: _("Trial"),
    CommercialStatus.ACTIVE: pgettext_lazy("commercial status", "Active"),
    CommercialStatus.PAUSED: pgettext_lazy("commercial status", "Paused"),
    CommercialStatus.CHURNED: _("Churned"),
    CommercialStatus.WON_BACK: _("Won back"),
    CommercialStatus.IGNORED: pgettext_lazy("commercial status", "Ignored"),
}

BANDS: dict[HealthBand, StrPromise] = {
    HealthBand.HEALTHY: _("Healthy"),
    HealthBand.WATCH: _("Watch"),
    HealthBand.AT_RISK: _("At risk"),
    HealthBand.UNKNOWN: pgettext_lazy("health", "Unknown"),
}

MOVES: dict[MoveKind, StrPromise] = {
    MoveKind.STAGE: _("Stage"),
    MoveKind.STATUS: _("Status"),
    MoveKind.OWNER: _("Owner"),
}

FIELD_TARGETS: dict[FieldTarget, StrPromise] = {
    FieldTarget.ACCOUNT: _("Accounts"),
    FieldTarget.PERSON: _("People"),
}

FIELD_TYPES: dict[FieldType, StrPromise] = {
    FieldType.TEXT: _("Text"),
    FieldType.NUMBER: _("Number"),
    FieldType.DATE: _("Date"),
    FieldType.BOOLEAN: _("Yes or no"),
    FieldType.CHOICE: _("Choice"),
    FieldType.URL: _("Link"),
}

RELATIONS: dict[RelationKind, StrPromise] = {
    RelationKind.CHAMPION: _("Champions us"),
    RelationKind.DECIDES: _("Decides"),
    RelationKind.INFLUENCES: _("Influences"),
    RelationKind.USES: _("Uses it daily"),
    RelationKind.BLOCKS: _("Blocks"),
    RelationKind.REPORTS_TO: _("Reports to"),
    RelationKind.WORKS_WITH: _("Works with"),
}

RELATIONS_TOLD: dict[RelationKind, StrPromise] = {
    RelationKind.CHAMPION: _("{who} champions us to {whom}"),
    RelationKind.DECIDES: _("{who} decides over {whom}"),
    RelationKind.INFLUENCES: _("{who} influences {whom}"),
    RelationKind.USES: _("{who} uses it daily with {whom}"),
    RelationKind.BLOCKS: _("{who} blocks {whom}"),
    RelationKind.REPORTS_TO: _("{who} reports to {whom}"),
    RelationKind.WORKS_WITH: _("{who} works with {whom}"),
}

INTERACTIONS: dict[InteractionKind, StrPromise] = {
    InteractionKind.NOTE: _("Note"),
    InteractionKind.CALL: _("Call"),
    InteractionKind.MEETING: _("Meeting"),
    InteractionKind.MAIL: pgettext_lazy("kind of interaction", "E-mail"),
}

VISIBILITIES: dict[Visibility, StrPromise] = {
    Visibility.INTERNAL: _("Internal"),
    Visibility.CUSTOMER: _("Visible to the customer"),
}

OPERATORS: dict[Operator, StrPromise] = {
    Operator.IS: _("is"),
    Operator.IS_NOT: _("is not"),
    Operator.CONTAINS: _("contains"),
    Operator.STARTS_WITH: _("starts with"),
    Operator.ANY_OF: _("is any of"),
    Operator.NONE_OF: _("is none of"),
    Operator.AT_LEAST: _("is at least"),
    Operator.AT_MOST: _("is at most"),
    Operator.BEFORE: _("is before"),
    Operator.AFTER: _("is after"),
    Operator.EMPTY: _("is empty"),
    Operator.NOT_EMPTY: _("is not empty"),
}

REASONS: dict[Reason, StrPromise] = {
    Reason.SAME_EMAIL: _("same e-mail address"),
    Reason.SAME_DOMAIN: _("same domain"),
    Reason.SAME_NAME: _("same name"),
    Reason.SIMILAR_NAME: _("similar name"),
    Reason.SAME_PHONE: _("same telephone"),
    Reason.SAME_ACCOUNT: _("in the same account"),
}

MISFITS: dict[Misfit, StrPromise] = {
    Misfit.TOO_LONG: _("It is longer than 2,000 characters. Shorten it."),
    Misfit.CONTROL_CHARACTERS: _("It has characters that cannot be shown. Type it again."),
    Misfit.NOT_A_NUMBER: _("A number was expected, such as 1250.50."),
    Misfit.NUMBER_TOO_LARGE: _("The number is too large: a million million is the limit."),
    Misfit.NOT_A_DATE: _("A date was expected, such as 2026-12-31."),
    Misfit.NOT_YES_OR_NO: _("Yes or no was expected."),
    Misfit.NOT_A_CHOICE: _("It is none of the field's choices."),
    Misfit.NOT_A_LINK: _("A link was expected, beginning with https:// or http://."),
}


JOURNALLED: dict[str, StrPromise] = {
    "country": _("Country"),
    "created_on": _("Known since"),
    "domain": _("Domain"),
    "email": _("E-mail"),
    "external_ids": _("External ids"),
    "industry": _("Industry"),
    "language": _("Language"),
    "memberships": _("Accounts"),
    "name": _("Name"),
    "next_step": _("Next step"),
    "owner_id": _("Owner"),
    "parent_id": _("Parent account"),
    "phone": _("Telephone"),
    "stage": _("Stage"),
    "status": _("Status"),
    "tags": _("Tags"),
    "time_zone": _("Time zone"),
    "title": _("Job title"),
    "website": _("Website"),
}
"""What the journal of an import calls the fields of accounts and people."""


def journalled_words(name: str, *, labels: Mapping[str, str]) -> str:
    """A field of the journal; `labels` names the workspace's own fields by their slugs."""
    slug = name.removeprefix("custom.")
    return labels.get(slug, slug) if slug != name else str(JOURNALLED[name])


def choices_of(labels: Mapping[Word, StrPromise]) -> list[tuple[str, StrPromise]]:
    """The labels as the choices of a model or form field, in their order."""
    return [(str(value), label) for value, label in labels.items()]
