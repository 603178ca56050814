"""Playbooks: what they say, their versions, files and runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.paging import slice_of
from vereda.worklist.actions.playbooks import (
    add_playbook,
    archive_playbook,
    edit_playbook,
    restore_playbook,
    take_preset,
)
from vereda.worklist.actions.runs import stop_run
from vereda.worklist.contracts import AlertKind, PlaybookIn, PlaybookStep, WrongPlaybook
from vereda.worklist.forms import FileForm, PlaybookForm, StepForms
from vereda.worklist.playbook_files import (
    PRESETS,
    playbook_as_file,
    playbook_in_file,
    preset_playbook,
)
from vereda.worklist.queries.playbooks import (
    RUN_ORDER,
    playbook_with_slug,
    playbooks_in,
    run_with_id,
    runs_of,
    steps_of,
    versions_of_playbook,
)

if TYPE_CHECKING:
    from vereda.worklist.models.playbooks import Playbook

POST = ("POST",)


@page(may="worklist.see", methods=READING)
def playbooks(request: MemberRequest) -> HttpResponse:
    """Every playbook, and those that come with Vereda and are not here yet."""
    workspace = request.member.workspace
    rows = [(each, steps_of(each.current)) for each in playbooks_in(workspace)]
    names = {each.name for each, _steps in rows}
    presets = [(name, preset_playbook(name, language=get_language() or "en")) for name in PRESETS]
    context = {
        "playbooks": rows,
        "presets": [(name, said) for name, said in presets if said.name not in names],
        "may_edit": request.member.may("worklist.edit_playbook"),
    }
    return answer(request, "worklist/playbooks.html#playbooks", context)


@page(may="worklist.see", methods=READING)
def playbook(request: MemberRequest, playbook: str) -> HttpResponse:
    """One playbook: its tasks, its runs and its versions."""
    workspace = request.member.workspace
    row = playbook_with_slug(workspace, playbook)
    runs = slice_of(
        runs_of(row), workspace=workspace, order=RUN_ORDER, cursor=request.GET.get("cursor", "")
    )
    context = {
        "playbook": row,
        "steps": steps_of(row.current),
        "versions": [(version, steps_of(version)) for version in versions_of_playbook(row)],
        "slice": runs,
        "may_edit": request.member.may("worklist.edit_playbook"),
        "may_act": request.member.may("worklist.act"),
    }
    return answer(request, "worklist/playbook.html#playbook", context)


@page(may="worklist.edit_playbook")
def new_playbook(request: MemberRequest) -> HttpResponse:
    """A playbook by hand."""
    return edited(request, None)


@page(may="worklist.edit_playbook")
def edit(request: MemberRequest, playbook: str) -> HttpResponse:
    """Change a playbook; other tasks are a new version."""
    return edited(request, playbook_with_slug(request.member.workspace, playbook))


def edited(request: MemberRequest, row: Playbook | None) -> HttpResponse:
    """The form for both, and what it does."""
    words = {"name": row.name, "purpose": row.purpose, "kind": row.kind} if row else {}
    form = PlaybookForm(request.POST or None, initial=words)
    steps = StepForms(
        request.POST or None,
        prefix="steps",
        initial=[step_initial(each) for each in steps_of(row.current)] if row else [],
    )
    kept: list[Playbook] = []

    def act() -> None:
        if not steps.is_valid():
            raise WrongPlaybook(_("Look at the tasks again."))
        told = tuple(step for each in steps if (step := each.step()) is not None)
        kept.append(keep(request, row, form.said(told)))

    if form.accepts(act):
        return answer_after(request, to=playbook_url(request, kept[0].slug))
    context = {"form": form, "steps": steps, "playbook": row}
    return answer(request, "worklist/edit_playbook.html#form", context, status=form.answer_status)


def keep(request: MemberRequest, row: Playbook | None, said: PlaybookIn) -> Playbook:
    """The playbook, new or changed."""
    if row is None:
        return add_playbook(request.member.workspace, said=said, by=request.member, now=now())
    return edit_playbook(row, said=said, by=request.member, now=now())


def step_initial(step: PlaybookStep) -> dict[str, Any]:
    """A task as its row of the form begins."""
    return {
        "title": step.title,
        "working_days": step.working_days,
        "role": step.role,
        "who": step.member or step.queue,
        "priority": step.priority,
        "note": step.note,
    }


@page(may="worklist.edit_playbook", methods=POST)
def add_preset(request: MemberRequest, preset: str) -> HttpResponse:
    """Take one of the playbooks that come with Vereda."""
    row = take_preset(request.member.workspace, preset, by=request.member, now=now())
    return answer_after(request, to=playbook_url(request, row.slug))


@page(may="worklist.edit_playbook")
def import_file(request: MemberRequest) -> HttpResponse:
    """A playbook from a file."""
    form = FileForm(request.POST or None, request.FILES or None)
    made: list[Playbook] = []

    def act() -> None:
        try:
            text = form.cleaned_data["file"].read().decode()
        except UnicodeDecodeError as error:
            raise WrongPlaybook(_("This file is no text.")) from error
        said = playbook_in_file(text)
        workspace = request.member.workspace
        made.append(add_playbook(workspace, said=said, by=request.member, now=now()))

    if form.accepts(act):
        return answer_after(request, to=playbook_url(request, made[0].slug))
    context = {"form": form, "title": _("Import a playbook"), "submit": _("Import"), "files": True}
    return answer(request, "worklist/form.html#form", context, status=form.answer_status)


@page(may="worklist.see", methods=READING)
def export(request: MemberRequest, playbook: str) -> HttpResponse:
    """The playbook as a file."""
    row = playbook_with_slug(request.member.workspace, playbook)
    said = PlaybookIn(
        name=row.name,
        purpose=row.purpose,
        kind=AlertKind(row.kind) if row.kind else None,
        steps=tuple(steps_of(row.current)),
    )
    return HttpResponse(
        playbook_as_file(said),
        content_type="application/toml",
        headers={"Content-Disposition": f'attachment; filename="{row.slug}.toml"'},
    )


@page(may="worklist.edit_playbook", methods=POST)
def archive(request: MemberRequest, playbook: str) -> HttpResponse:
    """It is started no more."""
    row = playbook_with_slug(request.member.workspace, playbook)
    archive_playbook(row, by=request.member, now=now())
    notice(request, _("The playbook is archived."))
    return answer_after(request, to=playbook_url(request, row.slug))


@page(may="worklist.edit_playbook", methods=POST)
def restore(request: MemberRequest, playbook: str) -> HttpResponse:
    """It may be started again."""
    row = playbook_with_slug(request.member.workspace, playbook)
    restore_playbook(row, by=request.member)
    return answer_after(request, to=playbook_url(request, row.slug))


@page(may="worklist.act", methods=POST)
def stop(request: MemberRequest, run: UUID) -> HttpResponse:
    """End a run before its time."""
    row = run_with_id(request.member.workspace, run)
    stop_run(row, by=request.member, now=now())
    notice(request, _("It is stopped; its open tasks are dropped."))
    return answer_after(request, to=playbook_url(request, row.playbook.slug))


def playbook_url(request: MemberRequest, slug: str) -> str:
    """The page of a playbook."""
    where = {"workspace": request.member.workspace.slug, "playbook": slug}
    return reverse("worklist:playbook", kwargs=where)
