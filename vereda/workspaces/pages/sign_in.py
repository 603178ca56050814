"""Coming in: the first set-up, sign-up, invitations, one-time links."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation import clock
from vereda.foundation.access import public_page
from vereda.foundation.errors import Conflict, Missing
from vereda.foundation.pages import answer_after, notice
from vereda.workspaces.actions.invitations import accept_as_newcomer, accept_invitation
from vereda.workspaces.actions.links import Spent, spend_link
from vereda.workspaces.actions.profiles import set_up_first_owner, sign_up_owner
from vereda.workspaces.contracts import Role
from vereda.workspaces.forms import JoinForm, SignUpForm
from vereda.workspaces.models import Invitation, Member, User
from vereda.workspaces.queries import (
    has_account,
    invitation_with_token,
    link_is_open,
    no_user_yet,
)
from vereda.workspaces.wording import ROLE_NAMES


@public_page(because="at the first start nobody can be signed in yet")
def set_up(request: HttpRequest) -> HttpResponse:
    """The first start: somebody becomes the owner of the first workspace."""
    if not no_user_yet():
        raise Missing("set-up")
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = set_up_first_owner(**form.owner(), now=clock.now())
        return come_in(request, member)
    return render(
        request, "workspaces/set_up.html", {"form": form}, status=422 if form.is_bound else 200
    )


@public_page(because="newcomers have no account yet")
def sign_up(request: HttpRequest) -> HttpResponse:
    """A workspace of one's own where VEREDA_OPEN_SIGN_UP allows it; else a word on invitations."""
    if no_user_yet():
        return answer_after(request, to=reverse("set_up"))
    if not settings.OPEN_SIGN_UP:
        return render(request, "workspaces/sign_up_closed.html", status=200)
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return come_in(request, sign_up_owner(**form.owner(), now=clock.now()))
        except Conflict as conflict:
            form.add_error("email", str(conflict))
    return render(
        request, "workspaces/sign_up.html", {"form": form}, status=422 if form.is_bound else 200
    )


@public_page(because="the invited may have no account yet; the token is the key")
def accept(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """An invitation: looking changes nothing, the button joins."""
    invitation = invitation_with_token(slug, token, now=clock.now())
    if isinstance(request.user, User):
        return accept_signed_in(request, invitation, user=request.user)
    if has_account(invitation.email):
        return show_invitation(request, invitation)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return come_in(
            request, accept_as_newcomer(invitation, now=clock.now(), **form.cleaned_data)
        )
    return show_invitation(request, invitation, form=form)


def accept_signed_in(request: HttpRequest, invitation: Invitation, *, user: User) -> HttpResponse:
    """Join as the person who is signed in."""
    if request.method != "POST":
        return show_invitation(request, invitation)
    member = accept_invitation(invitation, user=user, now=clock.now())
    return answer_after(request, to=f"/w/{member.workspace.slug}/")


def show_invitation(
    request: HttpRequest, invitation: Invitation, *, form: JoinForm | None = None
) -> HttpResponse:
    """What the invitation is to, and the step that is next for who looks at it."""
    signed_in = isinstance(request.user, User)
    context = {
        "invitation": invitation,
        "workspace_name": invitation.workspace.name,
        "role": ROLE_NAMES[Role(invitation.role)],
        "inviter": invitation.by.name if invitation.by else "",
        "form": form,
        "mine": signed_in and request.user.get_username().lower() == invitation.email,
        "somebody_else": signed_in and request.user.get_username().lower() != invitation.email,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "workspaces/invitation.html", context, status=status)


@public_page(because="the token is the key")
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """A one-time link: looking does not spend it (mail scanners look), the button does."""
    if request.method != "POST":
        is_open = link_is_open(token, now=clock.now())
        return render(
            request, "workspaces/link.html", {"open": is_open}, status=200 if is_open else 410
        )
    try:
        user = spend_link(token, now=clock.now())
    except Spent:
        return render(request, "workspaces/link.html", {"open": False}, status=410)
    answered: HttpResponseBase = perform_login(
        request, Login(user=user, redirect_url=reverse("home"))
    )
    return answered


def come_in(request: HttpRequest, member: Member) -> HttpResponse:
    """Sign the new member in and show them their workspace."""
    get_adapter(request).login(request, member.user)
    notice(request, _("Welcome."))
    return answer_after(request, to=f"/w/{member.workspace.slug}/")
