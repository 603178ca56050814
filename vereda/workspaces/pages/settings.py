"""The settings area: what it consists of, the workspace itself, the audit log."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation import clock
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import Order, slice_of
from vereda.foundation.shell import settings_tabs
from vereda.workspaces.actions.profiles import edit_workspace
from vereda.workspaces.forms import WorkspaceForm
from vereda.workspaces.queries import audit_lines_of, audited_kinds_of, members_of
from vereda.workspaces.wording import audit_details_of, kind_words, verb_words

NEWEST_FIRST = Order.on("newest", "created_at", descending=True)


@page(may="workspaces.see", methods=READING)
def settings_start(request: MemberRequest) -> HttpResponse:
    """The first part of the settings that the member may open."""
    tabs = settings_tabs(request.member, current="")
    return answer_after(request, to=tabs[0].url if tabs else reverse("profile"))


@page(may="workspaces.configure")
def workspace_settings(request: MemberRequest) -> HttpResponse:
    """Name, language, time zone and currency of the workspace."""
    workspace = request.member.workspace
    form = (
        WorkspaceForm(request.POST) if request.method == "POST" else WorkspaceForm.about(workspace)
    )
    if form.is_bound and form.is_valid():
        edit_workspace(workspace, by=request.member, now=clock.now(), **form.cleaned_data)
        notice(request, _("Saved."))
        return answer_after(request, to=request.path)
    context = {"form": form, "tabs": settings_tabs(request.member, current="workspace_settings")}
    return answer(
        request, "workspaces/workspace.html", context, status=422 if form.is_bound else 200
    )


@page(may="workspaces.see_audit", methods=READING)
def audit_log(request: MemberRequest) -> HttpResponse:
    """Who did what, the newest first; of one kind, or by one member."""
    workspace = request.member.workspace
    kind, by = request.GET.get("kind", "")[:60], request.GET.get("by", "")[:40]
    lines = slice_of(
        audit_lines_of(workspace, kind=kind.replace("\x00", ""), by=by),
        workspace=workspace,
        order=NEWEST_FIRST,
        cursor=request.GET.get("cursor", ""),
    )
    people = list(members_of(workspace))
    names = {str(person.pk): person.name for person in people}
    context = {
        "lines": lines,
        "rows": [
            {
                "line": line,
                "verb": verb_words(line.verb),
                "kind": kind_words(line.kind),
                "details": audit_details_of(line, names=names),
            }
            for line in lines.rows
        ],
        "kind": kind,
        "by": by,
        "kinds": [(name, kind_words(name)) for name in audited_kinds_of(workspace)],
        "people": people,
        "tabs": settings_tabs(request.member, current="audit_log"),
    }
    return answer(request, "workspaces/audit_log.html", context)
