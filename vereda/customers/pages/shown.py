"""How the pages of customers answer: a form, and where to go afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from vereda.foundation.pages import answer, answer_after, notice

if TYPE_CHECKING:
    from vereda.customers.models.accounts import Account
    from vereda.customers.models.people import Person
    from vereda.foundation.access import MemberRequest
    from vereda.foundation.forms import AnsweringForm


def form_page(
    request: MemberRequest,
    form: AnsweringForm,
    *,
    title: str,
    submit: str,
    back: str,
    lead: str = "",
    trail: str = "",
) -> HttpResponse:
    """A page that is one form; the form's fragment to htmx."""
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        "lead": lead,
        "trail": trail,
    }
    return answer(request, "customers/form.html#form", context, status=form.answer_status)


def done_with(request: MemberRequest, *, said: str, to: str) -> HttpResponse:
    """After a change: say so, and go on; `?next=` may name another page of this site."""
    notice(request, said)
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return answer_after(request, to=wanted if wanted.startswith("/") and inside else to)


def address_to(request: MemberRequest, route: str, **parts: Any) -> str:
    """The address of one of our pages in this workspace."""
    slug = request.member.workspace.slug
    return reverse(f"customers:{route}", kwargs={"workspace": slug, **parts})


def account_address(request: MemberRequest, account: Account) -> str:
    """The account's own page, which the console draws."""
    slug = request.member.workspace.slug
    return reverse("console:account", kwargs={"workspace": slug, "account": account.key})


def accounts_address(request: MemberRequest) -> str:
    """The portfolio, which the console draws."""
    return reverse("console:accounts", kwargs={"workspace": request.member.workspace.slug})


def person_address(request: MemberRequest, person: Person) -> str:
    """The person's page."""
    return address_to(request, "person", key=person.key)
