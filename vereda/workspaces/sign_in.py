"""How allauth behaves here: nobody signs up through it, and the address it sees is the real one."""

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from vereda.foundation import clock
from vereda.foundation.access import PersonRequest
from vereda.workspaces.actions.security import note_failed_sign_in


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in, password reset and their letters."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Our own pages make users: set-up, sign-up, invitations."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits count by; config/proxies.py has made it the real one."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104 - nobody's address

    def add_message(self, request: HttpRequest, *said: Any, **also: Any) -> None:
        """In the language of whoever it is for: they were nobody yet when the request began."""
        language = getattr(request.user, "language", "") or translation.get_language()
        with translation.override(language):
            super().add_message(request, *said, **also)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write under the product's name."""
        super().send_mail(template_prefix, email, {**context, "site_name": "Vereda"})

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password: who belongs to the address reads of it in their audit log."""
        address, email = self.get_client_ip(request), str(credentials.get("email") or "")
        note_failed_sign_in(email, address=address, now=clock.now())


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator apps and passkeys."""

    def _get_site_name(self) -> str:
        return "Vereda"


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey or security key."""

    name = forms.CharField(label=_("Name"), required=False, help_text=_("Such as “My laptop”."))


def require_confirmation(request: PersonRequest) -> None:
    """Let somebody who signed in a while ago say again who they are, before what they do is done.

    People without a password or second factor came by a link, and have nothing to say it with.
    """
    if confirmed_lately(request) or not get_reauthentication_flows(request.user):
        return
    if getattr(request, "htmx", False):
        raise ImmediateHttpResponse(to_confirmation(request))
    raise ReauthenticationRequired


def confirmed_lately(request: PersonRequest) -> bool:
    """Did they sign in, or prove again who they are, within the last minutes?"""
    records = get_authentication_records(request, request.user)
    newest = max((record["at"] for record in records), default=0.0)
    return bool(time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT)


def to_confirmation(request: PersonRequest) -> HttpResponse:
    """What leads htmx to the page that asks, and from there back to the page it was on."""
    back = urlencode({"next": request.htmx.current_url_abs_path or "/"})
    return HttpResponse(
        status=204, headers={"HX-Redirect": f"{reverse('account_reauthenticate')}?{back}"}
    )
