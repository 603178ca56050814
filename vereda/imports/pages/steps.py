"""What all steps share: the import that the address names, where we are, where to go next."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest
from vereda.foundation.templatetags.ui import WizardStep
from vereda.imports.contracts import State
from vereda.imports.models import Import
from vereda.imports.queries.imports import import_with_key
from vereda.imports.queries.kinds import importable_kind

AT_WORK = (State.CHECKING, State.RUNNING, State.UNDOING)
_ORDER = ("file", "identity", "columns", "review", "import")


def asked_import(request: MemberRequest, key: str) -> Import:
    """The import that the address names; forbidden without the right to its kind."""
    run = import_with_key(request.member.workspace, key)
    if not request.member.may(importable_kind(run.kind).permission):
        raise PermissionDenied
    return run


def address_of(run: Import, page: str) -> str:
    """The address of one of the import's pages."""
    return reverse(f"imports:{page}", kwargs={"workspace": run.workspace.slug, "key": run.key})


def wizard_steps(current: str, run: Import | None = None) -> list[WizardStep]:
    """The five steps; those behind us lead back while the import may still change."""
    labels = {
        "file": _("File"),
        "identity": _("Identity"),
        "columns": _("Columns"),
        "review": _("Review"),
        "import": _("Import"),
    }
    here = _ORDER.index(current)
    pages = {"file": "file", "identity": "identity", "columns": "columns", "review": "review"}
    back = run is not None and run.state not in (*AT_WORK, State.DONE, State.UNDONE)
    return [
        WizardStep(
            labels[name],
            "done" if place < here else "current" if place == here else "ahead",
            address_of(run, pages[name]) if run and back and place < here else "",
        )
        for place, name in enumerate(_ORDER)
    ]


def next_page(run: Import) -> str:
    """The step at which the import stands."""
    if run.state == State.UPLOADED:
        return "columns" if run.mapping else "file"
    if run.state in (State.MAPPED, State.CHECKING):
        return "review"
    return "show"


def state_words(state: str) -> tuple[str, str]:
    """A state's tone and word."""
    words = {
        State.UPLOADED: ("unknown", _("To be mapped")),
        State.MAPPED: ("unknown", _("To be checked")),
        State.CHECKING: ("watch", _("Being checked")),
        State.CHECKED: ("watch", _("Ready to run")),
        State.RUNNING: ("watch", _("Running")),
        State.DONE: ("good", _("Done")),
        State.FAILED: ("risk", _("Stopped")),
        State.CANCELLED: ("unknown", _("Cancelled")),
        State.UNDOING: ("watch", _("Being undone")),
        State.UNDONE: ("unknown", _("Undone")),
    }
    return words[State(state)]
