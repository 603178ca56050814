"""The letter as it leaves: text, and simple HTML beside it, without a single remote image. The HTML
bears the workspace's name, colour and logo; the logo is inside the letter.

Every header's name stands in this file, and every value is one line. At the foot of each letter
the reader learns why they got it and, without signing in, says what they want to hear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nh3
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from vereda.foundation.letter_looks import look_of_letters
from vereda.foundation.letters import (
    LOGO,
    enclose_logo,
    sender_address,
    sender_named,
    unsubscribe_headers,
)
from vereda.messaging import wording
from vereda.messaging.contracts import LetterKind
from vereda.messaging.keyed import REPLY, one_click_url, preferences_url, reply_token
from vereda.messaging.queries.settings import letter_setting
from vereda.messaging.rules.kinds import RULES
from vereda.messaging.rules.text import html_of

if TYPE_CHECKING:
    from vereda.messaging.models.letters import Message
    from vereda.messaging.models.replies import ReplyAddress
    from vereda.messaging.models.settings import LetterSetting

TAGS = frozenset(
    "a b strong i em p br ul ol li h1 h2 h3 table tbody tr td th blockquote hr span".split()  # noqa: SIM905
)
ATTRIBUTES = {"a": {"href"}, "td": {"align"}, "th": {"align", "scope"}}


def whole_letter(message: Message) -> EmailMultiAlternatives:
    """The letter ready to be sent: one recipient, headers, text, HTML."""
    setting = letter_setting(message.workspace_id)
    kind, look = LetterKind(message.kind), look_of_letters(message.workspace)
    with translation.override(message.language):
        context = _foot(message, kind)
        text = render_to_string("messaging/letters/letter.txt", context)
        content = clean_html(message.html or html_of(message.text))
        html = render_to_string(
            "messaging/letters/letter.html",
            {**context, "content": content, "look": look, "logo": LOGO if look.logo else ""},
        )
    letter = EmailMultiAlternatives(
        subject=message.subject,
        body=text,
        from_email=sender_named(setting.sender_name or message.workspace.name),
        to=[message.sent_to],
        reply_to=_reply_to(message.reply_to, setting),
        headers=letter_headers(message),
    )
    letter.attach_alternative(html, "text/html")
    if look.logo:
        enclose_logo(letter, look.logo)
    return letter


def letter_headers(message: Message) -> dict[str, str]:
    """The headers beside sender, recipient and subject.

    The letter's own id makes its Message-ID, so that a second sending is recognised as the same
    letter and what comes back finds it.
    """
    kind = LetterKind(message.kind)
    headers = {"Message-ID": message_ref(message), "Content-Language": message.language}
    if kind is not LetterKind.PERSONAL:
        headers["Auto-Submitted"] = "auto-generated"
    if RULES[kind].refusable:
        headers |= unsubscribe_headers(one_click_url(message))
    return headers


def message_ref(message: Message) -> str:
    """The letter's Message-ID."""
    return f"<{message.pk.hex}@{sender_address().rpartition('@')[2]}>"


def clean_html(html: str) -> str:
    """A fragment without anything but words and links: no picture, no form, no script, no style."""
    return nh3.clean(
        html,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
        clean_content_tags={"script", "style"},
    )


def reply_mailbox(address: ReplyAddress, *, domain: str) -> str:
    """Where answers about that thing go."""
    return f"{REPLY}{reply_token(address)}@{domain}"


def _reply_to(address: ReplyAddress | None, setting: LetterSetting) -> list[str]:
    if address is None or not setting.reply_domain:
        return []
    return [reply_mailbox(address, domain=setting.reply_domain)]


def _foot(message: Message, kind: LetterKind) -> dict[str, Any]:
    return {
        "message": message,
        "workspace": message.workspace,
        "language": message.language,
        "because": wording.REASONS[kind],
        "preferences": preferences_url(message) if RULES[kind].refusable else "",
    }
