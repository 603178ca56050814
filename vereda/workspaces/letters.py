"""The letters that workspaces send: text, and simple HTML beside it."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from vereda.workspaces.models import Invitation, Member, WriteKey


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


def send_key_warning(key: WriteKey, *, to: Member) -> None:
    """Tell an owner, in their language, that a secret key came from a browser."""
    path = reverse("write_key", kwargs={"workspace": key.workspace.slug, "key_id": key.pk})
    with translation.override(to.user.language):
        context = {"key": key, "workspace": key.workspace, "url": f"{settings.BASE_URL}{path}"}
        subject = render_to_string("workspaces/letters/key_in_browser.subject.txt", context)
        letter = EmailMultiAlternatives(
            subject=" ".join(subject.split()),
            body=render_to_string("workspaces/letters/key_in_browser.txt", context),
            to=[to.user.email],
        )
        letter.attach_alternative(
            render_to_string("workspaces/letters/key_in_browser.html", context), "text/html"
        )
    letter.send()


def invitation_path(invitation: Invitation, *, token: str) -> str:
    """The path at which an invitation is accepted."""
    names = {"slug": invitation.workspace.slug, "token": token}
    return reverse("accept_invitation", kwargs=names)
