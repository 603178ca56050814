"""What every answer carries, and in whose language and time it speaks."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from vereda.foundation.zones import zone_named
from vereda.workspaces.models import User
from vereda.workspaces.pages.me import LAST_WORKSPACE

NextStep = Callable[[HttpRequest], HttpResponse]


def common_headers(get_response: NextStep) -> NextStep:
    """No shared cache keeps what a member saw; the browser offers no camera to our pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def preferences(get_response: NextStep) -> NextStep:
    """The signed-in person's language and time zone; else what the browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, User):
            language, zone = user.language, zone_named(user.time_zone)
        else:
            language, zone = translation.get_language_from_request(request), None
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone):
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            remember_workspace(request)
            return response

    return middleware


def remember_workspace(request: HttpRequest) -> None:
    """The workspace somebody was in last is where "/" leads them next."""
    member = getattr(request, "member", None)
    if member is not None and request.session.get(LAST_WORKSPACE) != member.workspace.slug:
        request.session[LAST_WORKSPACE] = member.workspace.slug
