"""Imports on the timeline of an account: what a file brought to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vereda.foundation.timeline import TimelineEntry
from vereda.foundation.wording import number_words
from vereda.imports.models import ImportShare
from vereda.imports.queries.imports import shares_before
from vereda.imports.queries.kinds import importable_kinds

if TYPE_CHECKING:
    from vereda.workspaces.models import Workspace


class ImportsTimeline:
    """Files that created or changed rows of the account."""

    kinds = (("import", gettext_lazy("Imports")),)

    def entries(
        self, workspace: Workspace, *, account_ids: Sequence[UUID], before: datetime, limit: int
    ) -> Sequence[TimelineEntry]:
        """The newest `limit` entries earlier than `before`; one query."""
        shares = shares_before(workspace, account_ids, before=before, limit=limit)
        labels = {kind.name: str(kind.label) for kind in importable_kinds()} if shares else {}
        return [import_entry(share, workspace, labels=labels) for share in shares]


def import_entry(
    share: ImportShare, workspace: Workspace, *, labels: dict[str, str]
) -> TimelineEntry:
    """One file and what it brought: "Tickets from help-desk.csv: 3 new rows, 1 changed row"."""
    run = share.import_run
    assert run.finished_at is not None  # noqa: S101 - asked only for those that ended
    title = _("%(kind)s from %(file)s: %(counts)s") % {
        "kind": labels.get(run.kind, run.kind),
        "file": run.file_name,
        "counts": counts_words(share),
    }
    return TimelineEntry(
        at=run.finished_at,
        key=f"import-{share.pk}",
        kind="import",
        account_id=share.account_id,
        title=title,
        icon="upload",
        url=reverse("imports:show", kwargs={"workspace": workspace.slug, "key": run.key}),
        actor=run.by.name if run.by else "",
    )


def counts_words(share: ImportShare) -> str:
    """How many rows are new, and how many changed."""
    words = []
    if share.created:
        words.append(
            ngettext("%s new row", "%s new rows", share.created) % number_words(share.created)
        )
    if share.updated:
        many = ngettext("%s changed row", "%s changed rows", share.updated)
        words.append(many % number_words(share.updated))
    return ", ".join(words)
