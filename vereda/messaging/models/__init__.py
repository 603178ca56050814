"""The tables of messaging: letters and what became of them, what people want and which addresses
must not be written to, replies and the letters that came in, settings and keys.

Django finds models here; everybody else imports them from their module.
"""

from vereda.messaging.models import letters, people, replies, settings

__all__ = ["letters", "people", "replies", "settings"]
