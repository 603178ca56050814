"""What the console's templates need beside the components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.foundation.timeline import TimelineEntry

register = template.Library()


@register.simple_tag
def for_account(
    accounts: Mapping[UUID, Account], entry: TimelineEntry, slug: str
) -> SafeString | str:
    """Whose entry it is, where several accounts are told as one."""
    account = accounts.get(entry.account_id) if entry.account_id else None
    if account is None:
        return ""
    url = reverse("console:account", kwargs={"workspace": slug, "account": account.key})
    return format_html('<a class="strong" href="{}">{}</a> · ', url, account.name)
