"""What was promised to a customer and what came of it, as they read it; and their word about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.customers.queries.files import opened_file
from vereda.foundation.clock import now
from vereda.foundation.downloads import as_download
from vereda.foundation.errors import Missing
from vereda.foundation.forms import AnsweringForm
from vereda.foundation.pages import answer_after, notice
from vereda.outcomes.contracts import WhyNot
from vereda.outcomes.queries.customers import (
    ReadBenefit,
    customers_paper,
    customers_report,
    evidence_with_id,
    is_for_customer_to_say,
    read_benefits,
)
from vereda.outcomes.wording import EXPECTATIONS, STATE_ICONS, TONES, WORTH_TONES, WORTHS
from vereda.portal import wording
from vereda.portal.access import VisitorRequest, portal_page
from vereda.portal.actions.verdicts import say_about_benefit, take_back_word
from vereda.portal.forms import CameTrueForm, DidNotForm
from vereda.portal.queries.benefits import visitors_account, visitors_benefit
from vereda.portal.showing import shown
from vereda.worklist.queries.ranks import today_at

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.outcomes.models.outcomes import Outcome
    from vereda.outcomes.queries.outcomes import OutcomeView

READING: Final = ("GET", "HEAD")
Forms = Mapping[str, AnsweringForm]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBenefit:
    """A benefit with the words of both sides, and the forms by which this visitor speaks."""

    read: ReadBenefit
    state: str
    tone: str
    icon: str
    ours: str
    theirs: str
    said_words: str
    asked: bool
    is_mine: bool
    yes: AnsweringForm
    no: AnsweringForm


@portal_page(methods=READING)
def value(request: VisitorRequest) -> HttpResponse:
    """The report of one of their accounts."""
    account = visitors_account(request.visitor.accounts, request.GET.get("account", ""))
    return _shown_report(request, account, {})


@portal_page(methods=READING)
def value_file(request: VisitorRequest) -> HttpResponse:
    """The same as a PDF, in their language."""
    visitor = request.visitor
    account = visitors_account(visitor.accounts, request.GET.get("account", ""))
    told = customers_report(account, until=_today(request))
    name = _("value-report-%(account)s-%(day)s.pdf") % {
        "account": account.key,
        "day": told.until.isoformat(),
    }
    response = HttpResponse(
        customers_paper(told, workspace=visitor.workspace), content_type="application/pdf"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@portal_page(methods=READING)
def evidence(request: VisitorRequest, outcome: str, file_id: UUID) -> FileResponse:
    """A file that shows what was measured, where its name stands beside a benefit of theirs;
    always as an attachment."""
    visitor = request.visitor
    row = visitors_benefit(visitor.workspace, outcome, account_ids=visitor.account_ids)
    file = evidence_with_id(row, file_id, today=_today(request))
    return as_download(opened_file(file), name=file.name, media_type=file.media_type)


@portal_page(methods=("POST",))
def verdict(request: VisitorRequest, outcome: str) -> HttpResponse:
    """It came true; it did not and why; or no longer what they said."""
    visitor = request.visitor
    row = visitors_benefit(visitor.workspace, outcome, account_ids=visitor.account_ids)
    said = request.POST.get("said", "")
    if said == "back":
        take_back_word(row, person=visitor.person, now=now())
        notice(request, _("Your answer is taken back. You can give another at any time."))
        return _back(request, row)
    form = _form_for(said, row, request)

    def tell() -> None:
        reason = form.cleaned_data.get("reason")
        say_about_benefit(
            row,
            person=visitor.person,
            reason=WhyNot(reason) if reason else None,
            words=form.cleaned_data["words"],
            now=now(),
        )

    if form.accepts(tell):
        notice(request, _("Thank you: we read it, and it stands in the report as you said it."))
        return _back(request, row)
    account = next(each for each in visitor.accounts if each.pk == row.account_id)
    return _shown_report(request, account, {str(form.prefix): form}, status=form.answer_status)


def _form_for(said: str, row: Outcome, request: VisitorRequest) -> AnsweringForm:
    kinds = {"yes": CameTrueForm, "no": DidNotForm}
    if said not in kinds:
        raise Missing("said")
    return kinds[said](request.POST, prefix=_prefix(said, row))


def _prefix(said: str, row: Outcome) -> str:
    return f"{said}-{row.pk.hex}"


def _shown_report(
    request: VisitorRequest, account: Account, bound: Forms, *, status: int = 200
) -> HttpResponse:
    visitor, today = request.visitor, _today(request)
    told = customers_report(account, until=today)
    context = {
        "visitor": visitor,
        "account": account,
        "others": [each for each in visitor.accounts if each.pk != account.pk],
        "report": told,
        "worth": WORTHS[told.worth],
        "worth_tone": WORTH_TONES[told.worth],
        "gained": wording.gained_sentences(told.money),
        "benefits": [
            _benefit(request, each, bound=bound, today=today) for each in read_benefits(told)
        ],
        "expectations": [
            (each, EXPECTATIONS[each.state_on(told.until)]) for each in told.expectations
        ],
    }
    return shown(request, visitor.workspace, "value.html", context, status=status)


def _benefit(
    request: VisitorRequest, read: ReadBenefit, *, bound: Forms, today: date
) -> ShownBenefit:
    view, person = read.view, request.visitor.person
    row, theirs = view.outcome, view.theirs
    yes, no = _prefix("yes", row), _prefix("no", row)
    return ShownBenefit(
        read=read,
        state=wording.benefit_state(view),
        tone=TONES[view.state],
        icon=STATE_ICONS[view.state],
        ours=wording.word_of_ours(view.ours) if view.ours else "",
        theirs=wording.word_of_theirs(theirs, reader=person) if theirs else "",
        said_words=theirs.words if theirs else "",
        asked=is_for_customer_to_say(view, today=today),
        is_mine=_is_of(view, request),
        yes=bound.get(yes) or CameTrueForm(prefix=yes),
        no=bound.get(no) or DidNotForm(prefix=no),
    )


def _is_of(view: OutcomeView, request: VisitorRequest) -> bool:
    theirs = view.theirs
    return theirs is not None and theirs.person_id == request.visitor.person.pk


def _today(request: VisitorRequest) -> date:
    return today_at(request.visitor.workspace, now=now())


def _back(request: VisitorRequest, row: Outcome) -> HttpResponse:
    slug = request.visitor.workspace.slug
    if request.POST.get("then") == "home":
        return answer_after(request, to=reverse("portal", kwargs={"slug": slug}))
    place = reverse("portal_value", kwargs={"slug": slug})
    return answer_after(request, to=f"{place}?account={row.account.key}#{row.key}")
