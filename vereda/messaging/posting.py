"""The conversation with the mail server: one task a letter.

Actions order the task in the transaction of the change that wants the letter.
"""

from __future__ import annotations

import logging
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from uuid import UUID

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from vereda.foundation import clock
from vereda.foundation.tasks import task
from vereda.messaging.actions.delivering import (
    note_letter_left,
    note_letter_put_off,
    note_letter_refused,
    note_letter_unclear,
    take_letter,
)
from vereda.messaging.letters import whole_letter
from vereda.messaging.models.letters import Message
from vereda.messaging.rules.retries import is_for_good

log = logging.getLogger(__name__)


@task()
def deliver_message(workspace_id: str, message_id: str) -> bool:
    """Send the letter if it may leave now; answers whether the mail server took it.

    A connection that cannot be made sends nothing: the letter is put off. One that breaks while
    the letter is handed over leaves it unclear.
    """
    message = take_letter(UUID(workspace_id), UUID(message_id), now=clock.now())
    if message is None:
        return False
    connection = get_connection()
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        note_letter_put_off(message, words=server_words(error), now=clock.now())
        return False
    try:
        return _hand_over(message, connection)
    finally:
        connection.close()


def _hand_over(message: Message, connection: BaseEmailBackend) -> bool:
    letter = whole_letter(message)
    letter.connection = connection
    try:
        letter.send()
    except (SMTPException, OSError) as error:
        log.warning("Letter %s did not leave: %s", message.pk, server_words(error))
        _note_trouble(message, error)
        return False
    note_letter_left(message, now=clock.now())
    return True


def _note_trouble(message: Message, error: Exception) -> None:
    code, words = server_code(error), server_words(error)
    if code is None:
        note_letter_unclear(message, words=words, now=clock.now())
    elif is_for_good(code):
        note_letter_refused(message, words=words, now=clock.now())
    else:
        note_letter_put_off(message, words=words, now=clock.now())


def server_code(error: Exception) -> int | None:
    """What the mail server answered; None when the connection broke instead."""
    if isinstance(error, SMTPRecipientsRefused):
        return next((code for code, _words in error.recipients.values()), None)
    return error.smtp_code if isinstance(error, SMTPResponseException) else None


def server_words(error: Exception) -> str:
    """What went wrong, without anybody's address: the kind of failure and the server's code."""
    return f"{type(error).__name__} {server_code(error) or ''}".strip()
