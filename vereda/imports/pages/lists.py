"""All imports with their states, and the mappings that are remembered."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import Order, slice_of
from vereda.imports.actions.mapping import forget_mapping
from vereda.imports.models import Import
from vereda.imports.pages.steps import address_of, state_words
from vereda.imports.queries.imports import imports_of, saved_mapping_with_id, saved_mappings
from vereda.imports.queries.kinds import importable_kinds, kinds_open_to

_NEWEST = Order.on("number", "number", descending=True)


@page(may="imports.see", methods=("GET", "HEAD"))
def imports(request: MemberRequest) -> HttpResponse:
    """All imports, the newest first."""
    workspace = request.member.workspace
    slice = slice_of(
        imports_of(workspace),
        workspace=workspace,
        order=_NEWEST,
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "slice": slice,
        "lines": [_line(run) for run in slice.rows],
        "kinds": kinds_open_to(request.member),
        "may_run": request.member.may("imports.run"),
    }
    return answer(request, "imports/list.html", context)


def _line(run: Import) -> dict[str, Any]:
    tone, word = state_words(run.state)
    labels = {kind.name: kind.label for kind in importable_kinds()}
    return {
        "run": run,
        "kind": labels.get(run.kind, run.kind),
        "tone": tone,
        "word": word,
        "url": address_of(run, "show"),
        "stored": sum(run.counts.get(word, 0) for word in ("created", "updated", "unchanged")),
        "refused": run.counts.get("rejected", 0) + run.counts.get("skipped", 0),
    }


@page(may="imports.see", methods=("GET", "HEAD"))
def mappings(request: MemberRequest) -> HttpResponse:
    """The remembered mappings."""
    context = {
        "mappings": saved_mappings(
            request.member.workspace, kinds=[kind.name for kind in kinds_open_to(request.member)]
        ),
        "may_run": request.member.may("imports.run"),
    }
    return answer(request, "imports/mappings.html", context)


@page(may="imports.run", methods=("POST",))
def forget(request: MemberRequest, mapping_id: Any) -> HttpResponse:
    """One mapping less."""
    saved = saved_mapping_with_id(
        request.member.workspace,
        mapping_id,
        kinds=[kind.name for kind in kinds_open_to(request.member)],
    )
    forget_mapping(saved, by=request.member, now=now())
    notice(request, _("The mapping is forgotten."))
    slug = request.member.workspace.slug
    return answer_after(request, to=reverse("imports:mappings", kwargs={"workspace": slug}))
