"""The letters that workspaces send: text, and simple HTML beside it."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from vereda.workspaces.models import Invitation


def send_invitation(invitation: Invitation, *, token: str) -> None:
    """Write to the invited address in the workspace's language."""
    context = {
        "invitation": invitation,
        "workspace": invitation.workspace,
        "inviter": invitation.by.name if invitation.by else "",
        "url": f"{settings.BASE_URL}{invitation_path(invitation, token=token)}",
    }
    with translation.override(invitation.workspace.language):
        subject = " ".join(
            render_to_string("workspaces/letters/invitation.subject.txt", context).split()
        )
        letter = EmailMultiAlternatives(
            subject=subject,
            body=render_to_string("workspaces/letters/invitation.txt", context),
            to=[invitation.email],
        )
        letter.attach_alternative(
            render_to_string("workspaces/letters/invitation.html", context), "text/html"
        )
    letter.send()


def invitation_path(invitation: Invitation, *, token: str) -> str:
    """The path at which an invitation is accepted."""
    names = {"slug": invitation.workspace.slug, "token": token}
    return reverse("accept_invitation", kwargs=names)
