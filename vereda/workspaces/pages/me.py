"""What a person sees and says about themselves."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from vereda.foundation import clock
from vereda.foundation.access import READING, PersonRequest, personal_page, public_page
from vereda.foundation.pages import answer, answer_after, notice
from vereda.workspaces.actions.profiles import edit_profile, open_own_workspace
from vereda.workspaces.forms import NewWorkspaceForm, ProfileForm, SwitchForm
from vereda.workspaces.models import User
from vereda.workspaces.queries import memberships_of, no_user_yet

LAST_WORKSPACE = "workspace"


@public_page(because="it leads everybody to where they belong", methods=READING)
def home(request: HttpRequest) -> HttpResponse:
    """The last workspace, a choice of several, the sign-in page, or the first set-up."""
    if not isinstance(request.user, User):
        return answer_after(request, to=reverse("set_up" if no_user_yet() else "account_login"))
    members = memberships_of(request.user)
    last = request.session.get(LAST_WORKSPACE)
    chosen = [member for member in members if member.workspace.slug == last] or members
    if len(chosen) == 1:
        return answer_after(request, to=f"/w/{chosen[0].workspace.slug}/")
    return answer_after(request, to=reverse("workspaces"))


@personal_page(because="a person's own workspaces")
def workspaces(request: PersonRequest) -> HttpResponse:
    """The workspaces of a person; owners can open one more."""
    members = memberships_of(request.user)
    may_open = settings.OPEN_SIGN_UP or any(
        member.may("workspaces.open_another") for member in members
    )
    form = NewWorkspaceForm(request.POST or None)
    if request.method == "POST" and not may_open:
        raise Http404
    if request.method == "POST" and form.is_valid():
        member = open_own_workspace(
            request.user,
            name=form.cleaned_data["name"],
            language=request.user.language,
            now=clock.now(),
        )
        return answer_after(request, to=f"/w/{member.workspace.slug}/")
    context = {"members": members, "form": form, "may_open": may_open}
    return render(
        request, "workspaces/workspaces.html", context, status=422 if form.is_bound else 200
    )


@personal_page(because="a person's own profile")
def profile(request: PersonRequest) -> HttpResponse:
    """Name, language, theme, time zone, shortcuts; the way to password and second factors."""
    form = (
        ProfileForm(request.POST) if request.method == "POST" else ProfileForm.about(request.user)
    )
    if form.is_bound and form.is_valid():
        edit_profile(request.user, **form.cleaned_data)
        notice(request, _("Saved."))
        return answer_after(request, to=request.path)
    context = {"form": form, "members": memberships_of(request.user)}
    return answer(request, "workspaces/profile.html", context, status=422 if form.is_bound else 200)


@personal_page(because="a person's own theme and language", methods=("POST",))
def preferences(request: PersonRequest) -> HttpResponse:
    """The quick switches: change theme or language, and go back to the page one came from."""
    form = SwitchForm(request.POST)
    if form.is_valid():
        chosen = {name: value for name, value in form.cleaned_data.items() if value}
        if chosen:
            edit_profile(request.user, **chosen)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return answer_after(request, to=back if safe else reverse("home"))
