"""How the portal looks: chosen by members, handed to every browser as a stylesheet and a picture.

The style stands in a file of its own because no page of ours may carry style inside (CSP).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from vereda.foundation.access import READING, MemberRequest, page, public_page
from vereda.foundation.pages import answer, answer_after, notice
from vereda.foundation.shell import settings_tabs
from vereda.portal.actions.branding import set_branding
from vereda.portal.colours import DARK_GROUNDS, LIGHT_GROUNDS, accents_of, least_contrast
from vereda.portal.forms import BrandingForm
from vereda.portal.models import Branding
from vereda.portal.queries.branding import branding_of, logo_of
from vereda.portal.style import stylesheet_of
from vereda.workspaces.queries import workspace_with_slug

BECAUSE: Final = "how the portal looks is seen by whoever stands at its door"
FOREVER: Final = "public, max-age=31536000, immutable"


class Ground(NamedTuple):
    """The light or the dark, the colour there, and how well it can be read."""

    name: str
    css_class: str
    colour: str = ""
    ratio: float = 0.0


@page(may="portal.configure")
def settings(request: MemberRequest) -> HttpResponse:
    """Name, colour and logo, and what they look like in the light and in the dark."""
    workspace = request.member.workspace
    row = branding_of(workspace)
    form = BrandingForm(
        request.POST or None,
        request.FILES or None,
        initial={"name": row.name, "accent": row.accent},
    )
    if not row.logo_digest:
        del form.fields["without_logo"]

    def act() -> None:
        told = form.cleaned_data
        set_branding(
            workspace,
            name=told["name"],
            accent=told["accent"],
            logo=told["logo"],
            keep_logo=not told.get("without_logo", False),
            by=request.member,
        )

    if form.accepts(act):
        notice(request, _("Saved."))
        return answer_after(request, to=reverse("portal:settings", args=[workspace.slug]))
    context = {
        "form": form,
        "brand": row,
        "grounds": _grounds(row),
        "tabs": settings_tabs(request.member, current="portal:settings"),
    }
    return answer(request, "portal/settings.html", context, status=form.answer_status)


@public_page(because=BECAUSE, methods=READING)
def stylesheet(request: HttpRequest, slug: str) -> HttpResponse:
    """The colour as CSS, for everything inside `.portal-brand`."""
    row = branding_of(workspace_with_slug(slug))
    body = stylesheet_of(row.accent)
    return _kept(request, HttpResponse(body, content_type="text/css; charset=utf-8"), row)


@public_page(because=BECAUSE, methods=READING)
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    """The logo."""
    workspace = workspace_with_slug(slug)
    response = HttpResponse(logo_of(workspace), content_type="image/png")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept(request, response, branding_of(workspace))


def _kept(request: HttpRequest, response: HttpResponse, row: Branding) -> HttpResponse:
    """Browsers keep it for good under the address of this look, and ask again under any other."""
    is_this_look = bool(row.look) and request.GET.get("look") == row.look
    response.headers["Cache-Control"] = FOREVER if is_this_look else "no-cache"
    return response


def _grounds(row: Branding) -> list[Ground]:
    """What the page shows the branding on."""
    grounds = (
        (_("In the light"), "portal-light", LIGHT_GROUNDS),
        (_("In the dark"), "portal-dark", DARK_GROUNDS),
    )
    if not row.accent:
        return [Ground(name, css_class) for name, css_class, _colours in grounds]
    return [
        Ground(name, css_class, shown.colour, least_contrast(shown.colour, colours))
        for (name, css_class, colours), shown in zip(grounds, accents_of(row.accent), strict=True)
    ]
