"""The builder: rows of plain words, who would be in and why, and one account tried row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from vereda.audiences.actions.audiences import change_audience, save_audience
from vereda.audiences.contracts import About, Cause, Group, WrongQuestion
from vereda.audiences.forms.builder import Builder, after_button, has_room, question_sent
from vereda.audiences.forms.said import AudienceForm
from vereda.audiences.jobs import answer_audience
from vereda.audiences.pages.shown import (
    address_of,
    after,
    audience_address,
    thing_shown,
    thing_with_key,
    told_with,
)
from vereda.audiences.queries.asking import Vocabulary, asked_question, vocabulary_of
from vereda.audiences.queries.audiences import audience_with_key
from vereda.audiences.queries.reasons import judged, reasons_of
from vereda.audiences.rules.editing import NEW_QUESTION, without_empty_rows
from vereda.foundation.access import MemberRequest, page
from vereda.foundation.clock import now
from vereda.foundation.errors import Missing
from vereda.foundation.pages import answer

if TYPE_CHECKING:
    from vereda.audiences.models import Audience

SAMPLE: Final = 10


@page(may="audiences.edit")
def new(request: MemberRequest) -> HttpResponse:
    """First whom it is about, then the question; who would be in is shown before it is saved."""
    chosen = request.GET.get("about", "")
    if chosen not in set(About):
        return answer(request, "audiences/whom.html", {})
    building = Building(request, About(chosen))
    saved: list[Audience] = []

    @transaction.atomic
    def act() -> None:
        cleaned = building.form.cleaned_data
        audience = save_audience(
            request.member.workspace,
            name=cleaned["name"],
            description=cleaned["description"],
            about=building.about,
            question=building.filled(),
            by=request.member,
            now=now(),
        )
        answer_audience.enqueue(str(audience.pk), Cause.QUESTION.value)
        saved.append(audience)

    if building.is_save and building.form.accepts(act):
        said = _("The audience is saved. Who is in is being found.")
        return after(request, said=said, to=audience_address(request, saved[0]))
    return building.shown()


@page(may="audiences.edit")
def edit(request: MemberRequest, key: str) -> HttpResponse:
    """Other words or another question; tried before it is kept."""
    row = audience_with_key(request.member.workspace, key)
    building = Building(request, About(row.about), row)

    @transaction.atomic
    def act() -> None:
        cleaned = building.form.cleaned_data
        changed = change_audience(
            row,
            name=cleaned["name"],
            description=cleaned["description"],
            question=building.filled(),
            by=request.member,
            now=now(),
            version=version_in(request.POST.get("version", "")),
        )
        if changed:
            answer_audience.enqueue(str(row.pk), Cause.QUESTION.value)

    if building.is_save and building.form.accepts(act):
        return after(request, said=_("Saved."), to=audience_address(request, row))
    return building.shown()


def version_in(text: str) -> int | None:
    """The version that was read, as the form sent it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


class Building:
    """A question being built: its form, and what it would answer."""

    def __init__(
        self, request: MemberRequest, about: About, audience: Audience | None = None
    ) -> None:
        self.request = request
        self.about = about
        self.audience = audience
        self.vocabulary: Vocabulary = vocabulary_of(request.member.workspace, about=about)
        self.button = request.POST.get("do", "") if request.method == "POST" else ""
        self.question = self._question()
        words = {"name": audience.name, "description": audience.description} if audience else {}
        self.form = AudienceForm(request.POST or None, initial=words)

    @property
    def is_save(self) -> bool:
        """Was "save" pressed?"""
        return self.button == "save"

    def _question(self) -> Group:
        if self.request.method != "POST":
            return self.audience.asked if self.audience else NEW_QUESTION
        return after_button(question_sent(self.request.POST, self.vocabulary), self.button)

    def filled(self) -> Group:
        """The question without empty rows; refused when nothing is left."""
        filled = without_empty_rows(self.question)
        if not filled.rules:
            raise WrongQuestion(_("Choose what at least one row asks about."))
        self.question = filled
        return filled

    def shown(self) -> HttpResponse:
        """The page of the builder, with a preview or a trial where one was asked for."""
        said: dict[str, Any] = {}
        if self.button in {"preview", "try"}:
            self._tell(said)
        elif not self.is_save:
            self._unmark()
        builder = Builder(self.vocabulary)
        context = {
            "form": self.form,
            "audience": self.audience,
            "version": self._version(),
            "about": self.about,
            "offered": builder.offered(),
            "question": builder.shown(self.question),
            "has_room": has_room(self.question),
            "trial_key": self.request.POST.get("trial", ""),
            "back": audience_address(self.request, self.audience)
            if self.audience
            else address_of(self.request, "audiences"),
            **said,
        }
        return answer(
            self.request,
            "audiences/builder.html#builder",
            context,
            status=self.form.answer_status,
        )

    def _version(self) -> str:
        """The version the question was read at, kept while the form goes back and forth."""
        return self.request.POST.get("version") or (
            str(self.audience.version) if self.audience else ""
        )

    def _unmark(self) -> None:
        """Rows were added or removed: what was typed stays, nothing is refused yet."""
        if self.request.method == "POST":
            typed = {name: self.request.POST.get(name, "") for name in self.form.fields}
            self.form = AudienceForm(initial=typed)

    def _tell(self, said: dict[str, Any]) -> None:
        self.form.fields["name"].required = False
        tell = self._previewed if self.button == "preview" else self._tried
        if self.form.accepts(lambda: said.update(tell())):
            self.form.answer_status = 200
        self.form.fields["name"].required = True

    def _previewed(self) -> dict[str, Any]:
        moment, question = now(), self.filled()
        asked = asked_question(self.vocabulary, question, now=moment)
        matching = asked.matching()
        sample = list(matching.order_by("name_sort", "pk")[:SAMPLE])
        ids = [row.pk for row in sample]
        few = asked_question(self.vocabulary, question, now=moment, among=ids)
        return {
            "preview": True,
            "count": matching.count(),
            "sample": told_with(self.vocabulary.workspace, sample, reasons_of(few, ids)),
        }

    def _tried(self) -> dict[str, Any]:
        question, key = self.filled(), self.request.POST.get("trial", "")
        workspace = self.vocabulary.workspace
        try:
            row = thing_with_key(workspace, key, about=self.about)
        except Missing:
            return {"nobody": key or "?"}
        asked = asked_question(self.vocabulary, question, now=now(), among=[row.pk])
        return {
            "judgement": judged(asked, row.pk),
            "thing": thing_shown(workspace, row),
        }
