"""What each kind of letter may and must."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from vereda.messaging.contracts import LetterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """What holds for a kind of letter.

    `free`: it spends nothing of the person's budget and is never held back. `refusable`: the
    person can say that they want no more of them. `asks_consent`: only those who said yes get it.
    `stays`: how long after it was ordered it is still worth sending.
    """

    free: bool = False
    refusable: bool = True
    asks_consent: bool = False
    stays: timedelta = timedelta(days=7)


RULES: Mapping[LetterKind, KindRule] = {
    LetterKind.SIGN_IN: KindRule(free=True, refusable=False, stays=timedelta(minutes=10)),
    LetterKind.ANSWER: KindRule(free=True, refusable=False, stays=timedelta(days=2)),
    LetterKind.REQUEST: KindRule(stays=timedelta(days=14)),
    LetterKind.REMINDER: KindRule(stays=timedelta(days=3)),
    LetterKind.DIGEST: KindRule(stays=timedelta(days=3)),
    LetterKind.PERSONAL: KindRule(stays=timedelta(days=14)),
    LetterKind.NEWS: KindRule(asks_consent=True, stays=timedelta(days=7)),
}

FREE_KINDS = tuple(kind for kind, rule in RULES.items() if rule.free)
REFUSABLE_KINDS = tuple(kind for kind, rule in RULES.items() if rule.refusable)
