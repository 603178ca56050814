"""How allauth behaves here: nobody signs up through it, and the address it sees is the real one."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class SignInAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in, password reset and their letters."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Our own pages make users: set-up, sign-up, invitations."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that limits count by; config/proxies.py has made it the real one."""
        return str(request.META.get("REMOTE_ADDR") or "0.0.0.0")  # noqa: S104 - nobody's address

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write under the product's name."""
        super().send_mail(template_prefix, email, {**context, "site_name": "Vereda"})


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Authenticator apps and passkeys."""

    def _get_site_name(self) -> str:
        return "Vereda"
