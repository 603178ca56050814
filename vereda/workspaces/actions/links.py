"""Links that sign one person in, once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vereda.foundation.errors import Refused
from vereda.foundation.tokens import digest_of, random_token
from vereda.workspaces.models import SignInLink, User
from vereda.workspaces.rules import LINK_LASTS


class Spent(Refused):
    """The link was used before, or its time is over (410)."""

    status = 410


@transaction.atomic
def one_time_link(user: User, *, now: datetime, lasts: timedelta = LINK_LASTS) -> str:
    """The address of a page whose button signs `user` in, once, before its time is over."""
    token = random_token()
    SignInLink.objects.create(user=user, digest=digest_of(token), expires_at=now + lasts)
    return f"{settings.BASE_URL}{reverse('sign_in_by_link', kwargs={'token': token})}"


@transaction.atomic
def spend_link(token: str, *, now: datetime) -> User:
    """The person whom the link signs in; from now on it signs in nobody."""
    links = SignInLink.objects.filter(digest=digest_of(token), user__is_active=True)
    if not links.filter(used_at=None, expires_at__gt=now).update(used_at=now):
        raise Spent(_("This link was used already, or its time is over. Ask for a new one."))
    return links.select_related("user").get().user


def forget_spent_links(*, now: datetime) -> None:
    """Delete the links that sign in nobody any more."""
    SignInLink.objects.filter(Q(expires_at__lt=now) | Q(used_at__isnull=False)).delete()
