"""Queues: shared work, who serves it, and what waits in it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.worklist.actions.queues import add_queue, archive_queue, edit_queue
from vereda.worklist.forms import QueueForm
from vereda.worklist.queries.tasks import (
    TASK_ORDERS,
    all_tasks,
    members_serving,
    queue_with_id,
    queues_in,
    queues_served_by,
)


@page(may="worklist.see", methods=READING)
def queues(request: MemberRequest) -> HttpResponse:
    """Every queue, how much waits in it and how many serve it."""
    workspace = request.member.workspace
    served = {queue.pk for queue in queues_served_by(request.member)}
    context = {
        "queues": [(queue, queue.pk in served) for queue in queues_in(workspace)],
        "may_edit": request.member.may("worklist.edit_playbook"),
    }
    return answer(request, "worklist/queues.html#queues", context)


@page(may="worklist.see", methods=READING)
def queue(request: MemberRequest, queue: UUID) -> HttpResponse:
    """What waits in a queue, ranked, and who serves it."""
    workspace = request.member.workspace
    row = queue_with_id(workspace, queue)
    members = list(members_serving(row))
    part = slice_of(
        all_tasks(workspace).open().filter(queue=row),
        workspace=workspace,
        order=TASK_ORDERS["rank"],
        cursor=request.GET.get("cursor", ""),
    )
    context = {
        "queue": row,
        "members": members,
        "serves": request.member in members,
        "slice": part,
        "may_edit": request.member.may("worklist.edit_playbook"),
        "next": request.get_full_path(),
    }
    return answer(request, "worklist/queue.html#queue", context)


@page(may="worklist.edit_playbook")
def new_queue(request: MemberRequest) -> HttpResponse:
    """A queue by hand."""
    workspace = request.member.workspace
    form = QueueForm(request.POST or None, workspace=workspace)
    if form.accepts(lambda: add_queue(workspace, by=request.member, **form.said())):
        return answer_after(request, to=queues_url(request))
    context = {"form": form, "title": _("New queue"), "submit": _("Add queue"), "wide": False}
    return answer(request, "worklist/form.html#form", context, status=form.answer_status)


@page(may="worklist.edit_playbook")
def edit(request: MemberRequest, queue: UUID) -> HttpResponse:
    """Another name, other members."""
    workspace = request.member.workspace
    row = queue_with_id(workspace, queue)
    initial = {"name": row.name, "members": [str(each.pk) for each in members_serving(row)]}
    form = QueueForm(request.POST or None, workspace=workspace, initial=initial)
    if form.accepts(lambda: edit_queue(row, by=request.member, **form.said())):
        notice(request, _("The queue is changed."))
        return answer_after(request, to=queues_url(request))
    context = {"form": form, "title": row.name, "submit": _("Save")}
    return answer(request, "worklist/form.html#form", context, status=form.answer_status)


@page(may="worklist.edit_playbook", methods=("POST",))
def archive(request: MemberRequest, queue: UUID) -> HttpResponse:
    """The queue is used no more."""
    archive_queue(queue_with_id(request.member.workspace, queue), by=request.member, now=now())
    notice(request, _("The queue is archived."))
    return answer_after(request, to=queues_url(request))


def queues_url(request: MemberRequest) -> str:
    """The list of queues."""
    return reverse("worklist:queues", kwargs={"workspace": request.member.workspace.slug})
