"""The words of the portal: how long its links and visits last, and what is refused."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from vereda.foundation.errors import Refused

LINK_LASTS: Final = timedelta(minutes=10)
"""A link of a letter opens the portal once within that time."""

VISIT_LASTS: Final = timedelta(days=30)
"""A browser stays known that long after it was last seen."""

CODE_DIGITS: Final = 6
CODE_TRIES: Final = 5
"""Wrong codes after which a link's code opens nothing any more."""

ASKS_PER_HOUR: Final = 6
"""Links that one address of a person may be sent within an hour."""

TRIES_PER_HOUR: Final = 60
"""Links and codes that one sender may try within an hour."""

CONFIRMED_LASTS: Final = timedelta(minutes=15)
"""So long after they came in by a letter somebody need not say again who they are."""

ANSWERS_PER_HOUR: Final = 60
COPIES_PER_HOUR: Final = 6
"""So often one person may answer about their data, and take a copy, within an hour."""

BENEFIT_ASKED_TIMES: Final = 3
BENEFIT_ASKED_EVERY: Final = timedelta(days=14)
BENEFIT_ASKED_FOR: Final = timedelta(days=60)
"""So often, so far apart and for so long letters ask whether a promised benefit came true."""

LARGEST_LOGO: Final = 2 * 1024 * 1024
LOGO_BOX: Final = (640, 240)
"""A logo is drawn anew to fit in so many pixels."""


class LinkSpent(Refused):
    """The link was used, is too old, or never was: ask for another."""

    status = 410


class CannotInvite(Refused):
    """This person cannot be written to, or has no page."""


class WrongBranding(Refused):
    """The portal cannot be shown like that."""


class NotYourWord(Refused):
    """Somebody else of the customer said it."""


class WrongCode(Refused):
    """The six digits are others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalOpened:
    """Somebody at a customer opened their page with a fresh link or code."""

    workspace_id: UUID
    person_id: UUID
