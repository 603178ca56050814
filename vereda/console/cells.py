"""The cells of the portfolio: what an account shows in each column, and which can be changed there.

Drawn in Python, not in the template: fifty rows of ten cells are the page's cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vereda.customers import wording
from vereda.customers.contracts import CommercialStatus, HealthBand, LifecycleStage
from vereda.customers.queries.fields import values_of
from vereda.customers.queries.lists import Kind, ListField, Question
from vereda.foundation.charts import sparkline
from vereda.foundation.shell import row_address
from vereda.foundation.templatetags.ui import (
    absent,
    chip,
    day,
    icon,
    number,
    short_day,
    whole_money,
)
from vereda.health.wording import health_icon, health_tone, health_words, signed_words

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account, Tag
    from vereda.workspaces.models import Member

PERMISSION_TO_EDIT = {
    "owner": "customers.edit_account",
    "stage": "customers.edit_account",
    "next_step": "customers.edit_account",
    "tags": "customers.edit_account",
    "renewal_on": "revenue.edit_subscription",
}
RIGHT = frozenset({Kind.MONEY, Kind.NUMBER})
PRIMARY = frozenset({"arr"})
NOT_SHOWN = frozenset({"name"})
TAKES_THE_REST = frozenset({"next_step"})
USAGE = "usage"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the portfolio."""

    name: str
    label: str | Promise
    right: bool = False
    sortable: bool = False
    secondary: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """An account in the list: where it leads, and its cells, drawn."""

    account: Account
    url: str
    cells: SafeString


def columns_known(question: Question) -> dict[str, Column]:
    """Every column there is beside the name, in the order the chooser shows them."""
    known = {USAGE: Column(USAGE, gettext_lazy("8 weeks"))}
    for asked in question.fields.values():
        if asked.name not in NOT_SHOWN:
            known[asked.name] = column_of(asked)
    return known


def column_of(asked: ListField) -> Column:
    """A field of the list as a column."""
    return Column(
        asked.name,
        asked.label,
        right=asked.kind in RIGHT,
        sortable=asked.sortable,
        secondary=asked.name not in PRIMARY,
    )


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the cells of a page need, asked once."""

    member: Member
    question: Question
    tags: Mapping[Any, Sequence[Tag]]
    measured: Mapping[UUID, Mapping[str, float | None]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """The workspace's short name."""
        return self.member.workspace.slug

    def may_edit(self, column: str) -> bool:
        """Can the member change this column in the list?"""
        permission = PERMISSION_TO_EDIT.get(column)
        return permission is not None and self.member.may(permission)

    def button(self, column: str) -> tuple[str, str]:
        """The button of an editable column, around its content; drawn once for a page."""
        if column not in self.buttons:
            words = _("Change: %s") % self.question.fields[column].label
            self.buttons[column] = (
                format_html(' hx-target="closest vereda-edit-cell" title="{}">', words),
                format_html('{}<span class="sr-only">{}</span></button>', icon("pencil"), words),
            )
        return self.buttons[column]


def rows_of(accounts: Iterable[Account], columns: Sequence[Column], drawing: Drawing) -> list[Row]:
    """The accounts as rows of the list."""
    editing = {column.name: drawing.may_edit(column.name) for column in columns}
    base = reverse("console:accounts", kwargs={"workspace": drawing.slug})
    opening = {column.name: f'<td class="{css_class_of(column)}">' for column in columns}
    return [
        Row(
            account,
            f"{base}{account.key}/",
            mark_safe(  # noqa: S308 - every content is escaped by `drawn_cell`
                "".join(
                    opening[column.name]
                    + drawn_cell(account, column.name, drawing, editing=editing[column.name])
                    + "</td>"
                    for column in columns
                )
            ),
        )
        for account in accounts
    ]


def css_class_of(column: Column) -> str:
    """The classes of a column's cells."""
    classes = {
        "right": column.right,
        "secondary": column.secondary,
        "rest": column.name in TAKES_THE_REST,
    }
    return " ".join(name for name, on in classes.items() if on)


def drawn_cell(account: Account, name: str, drawing: Drawing, *, editing: bool) -> SafeString:
    """What stands in the cell: plain, or as text with a button that changes it."""
    shown = conditional_escape(plain_content(account, name, drawing))
    return editable(account, name, shown, drawing) if editing else shown


def plain_content(account: Account, name: str, drawing: Drawing) -> SafeString | str:
    """What stands in the cell."""
    if name.startswith("custom."):
        return custom_content(account, name.removeprefix("custom."), drawing)
    asked = drawing.question.fields.get(name)
    if asked is not None and asked.kept is not None:
        value = drawing.measured.get(account.pk, {}).get(name)
        return absent() if value is None else asked.kept.words(value)
    draw = DRAWN.get(name)
    if draw is not None:
        return draw(account, drawing)
    return str(getattr(account, name, "") or "") or absent()


def custom_content(account: Account, slug: str, drawing: Drawing) -> SafeString | str:
    """The value of a custom field."""
    custom = drawing.question.fields[f"custom.{slug}"].custom
    if custom is None:
        return absent()
    value = values_of(account, fields={slug: custom})[0].value
    match value:
        case None | "":
            return absent()
        case bool():
            return _("Yes") if value else _("No")
        case date():
            return day(value)
        case str():
            return value
    return number(value)


def owner_cell(account: Account) -> SafeString | str:
    """Who looks after it."""
    return account.owner.name if account.owner else absent()


def renewal_cell(account: Account, drawing: Drawing) -> SafeString | str:
    """When it renews, and in how many days."""
    if account.renewal_on is None:
        return absent()
    days = (account.renewal_on - drawing.question.today).days
    tone = "tone-risk" if days < 0 else "tone-watch" if days <= 30 else "quiet"
    return format_html(
        '{} <span class="small {}">{}</span>', short_day(account.renewal_on), tone, days_words(days)
    )


def days_words(days: int) -> str:
    """So many days, short."""
    if days < 0:
        return _("%d d late") % -days
    return _("%d d") % days


def activity_cell(account: Account, drawing: Drawing) -> SafeString | str:
    """When somebody there last did something."""
    if account.last_active_on is None:
        return absent()
    days = (drawing.question.today - account.last_active_on).days
    words = _("today") if days <= 0 else _("%d d ago") % days
    tone = "tone-watch" if days > 28 else "quiet"
    return format_html(
        '<time class="{}" datetime="{}">{}</time>', tone, account.last_active_on.isoformat(), words
    )


def usage_cell(account: Account) -> SafeString | str:
    """Eight weeks of use, the last one at the right."""
    if not account.usage_8w:
        return absent()
    words = ", ".join(str(count) for count in account.usage_8w)
    return sparkline(account.usage_8w, label=_("Use by week: %s") % words)


def tags_cell(account: Account, drawing: Drawing) -> SafeString | str:
    """Its tags."""
    tags = drawing.tags.get(account.pk, ())
    if not tags:
        return absent()
    return format_html_join(" ", '<span class="chip plain">{}</span>', ((t.name,) for t in tags))


def parent_cell(account: Account, drawing: Drawing) -> SafeString | str:
    """The account it stands below."""
    if account.parent is None:
        return absent()
    names = {"workspace": drawing.slug, "account": account.parent.key}
    return format_html(
        '<a class="link" href="{}">{}</a>',
        reverse("console:account", kwargs=names),
        account.parent.name,
    )


def health_cell(account: Account, drawing: Drawing) -> SafeString | str:
    """Its score and colour, grey until the scorecard has earned it; a click says why."""
    if account.health_on is None:
        return absent()
    proven = account.health_proven
    shown = chip(
        health_tone(account.health_band, proven=proven),
        health_words(account.health_score, account.health_band),
        health_icon(account.health_band),
    )
    return format_html(
        '<a href="{}" title="{}">{}</a>',
        row_address("health:account", slug=drawing.slug, account=account.key),
        _("Why?") if proven else _("Why? This colour is unproven."),
        shown,
    )


def health_change_cell(account: Account) -> SafeString | str:
    """How many points it moved in four weeks."""
    change = account.health_change_28d
    if change is None:
        return absent()
    tone = "tone-risk" if change < 0 else "tone-good" if change else "quiet"
    return format_html('<span class="{}">{}</span>', tone, signed_words(change))


def next_step_cell(account: Account) -> SafeString | str:
    """What we do next."""
    if not account.next_step:
        return absent()
    return format_html('<span class="truncate" title="{0}">{0}</span>', account.next_step)


DRAWN: dict[str, Callable[[Account, Drawing], SafeString | str]] = {
    "owner": lambda account, _drawing: owner_cell(account),
    "stage": lambda account, _drawing: str(wording.STAGES[LifecycleStage(account.stage)]),
    "status": lambda account, _drawing: str(wording.STATUSES[CommercialStatus(account.status)]),
    "arr": lambda account, _drawing: whole_money(account.arr_minor, account.currency or "EUR"),
    "health": health_cell,
    "health_band": lambda account, _drawing: str(wording.BANDS[HealthBand(account.health_band)]),
    "health_change": lambda account, _drawing: health_change_cell(account),
    "renewal_on": renewal_cell,
    "usage": lambda account, _drawing: usage_cell(account),
    "last_active_on": activity_cell,
    "active_people": lambda account, _drawing: number(account.active_people_28d),
    "seats": lambda account, _drawing: number(account.seats),
    "tags": tags_cell,
    "next_step": lambda account, _drawing: next_step_cell(account),
    "parent": parent_cell,
    "created_on": lambda account, _drawing: day(account.created_on),
}


def editable(account: Account, name: str, shown: SafeString, drawing: Drawing) -> SafeString:
    """The text and its button. Without scripts the button opens a page with the same form.

    Put together by hand: keys, slugs and column names are ours and need no escaping.
    """
    tail, ending = drawing.button(name)
    url = f"/w/{drawing.slug}/accounts/{account.key}/cells/{name}/"
    return mark_safe(  # noqa: S308 - `shown` is escaped, the rest is ours
        f'<vereda-edit-cell class="edit-cell"><button id="cell-{account.key}-{name}" form="cells"'
        f' formaction="{url}" hx-get="{url}"{tail}{shown}{ending}</vereda-edit-cell>'
    )
