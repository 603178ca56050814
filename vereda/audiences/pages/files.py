"""Audiences as a file, out and in."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vereda.audiences.audience_files import audiences_as_file, bring_in_audiences
from vereda.audiences.contracts import Cause
from vereda.audiences.forms.said import AudienceFileForm
from vereda.audiences.jobs import answer_audience
from vereda.audiences.pages.shown import address_of, after
from vereda.audiences.queries.audiences import audience_with_key, live_audiences
from vereda.foundation.access import READING, MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.pages import answer


@page(may="audiences.see", methods=READING)
def audiences_file(request: MemberRequest) -> HttpResponse:
    """The audiences as TOML, or as JSON with `?format=json`; one of them with `?audience=AU-3`."""
    workspace = request.member.workspace
    key = request.GET.get("audience", "")
    rows = [audience_with_key(workspace, key)] if key else list(live_audiences(workspace))
    as_json = request.GET.get("format") == "json"
    name = f"{rows[0].slug}" if key else "audiences"
    ending = "json" if as_json else "toml"
    return HttpResponse(
        audiences_as_file(workspace, rows, as_json=as_json),
        content_type=f"application/{ending}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'},
    )


@page(may="audiences.edit")
def audiences_from_file(request: MemberRequest) -> HttpResponse:
    """Add or change what a file names."""
    form = AudienceFileForm(request.POST or None, request.FILES or None)
    workspace, moment = request.member.workspace, now()

    @transaction.atomic
    def act() -> None:
        changed = bring_in_audiences(workspace, text=form.text(), by=request.member, now=moment)
        for row in changed:
            answer_audience.enqueue(str(row.pk), Cause.QUESTION.value)
        counted.append(len(changed))

    counted: list[int] = []
    if form.accepts(act):
        words = ngettext(
            "%d audience is new or another now.",
            "%d audiences are new or others now.",
            counted[0],
        )
        said = words % counted[0] if counted[0] else _("Everything was as the file says already.")
        return after(request, said=said, to=address_of(request, "audiences"))
    context = {"form": form}
    return answer(request, "audiences/from_file.html#form", context, status=form.answer_status)
