"""What is left of a name, a domain or an address when spelling no longer matters."""

import re
import unicodedata
from urllib.parse import urlsplit

_WORDS = re.compile(r"\S+")
# The forms companies are registered in, as people write them behind a name, dots removed.
# Only unmistakable ones: "Group" or "Holding" tell two companies of one family apart.
_LEGAL_FORMS = frozenset(
    _WORDS.findall(
        """
        sl sa slu sau slne slp sll scoop scp srl spa snc sas sasu sarl eurl sca
        gmbh ag ug kg ohg gbr mbh se bv nv vof cv ab oy oyj as asa aps ivs
        inc incorporated corp corporation co company llc llp lp ltd limited plc pty pvt
        ltda eirl sapi kk kft zrt doo sro zoo ooo
        """
    )
)
_FREE_MAIL = frozenset(
    _WORDS.findall(
        """
        gmail.com googlemail.com hotmail.com hotmail.es outlook.com outlook.es live.com
        msn.com yahoo.com yahoo.es icloud.com me.com aol.com gmx.com gmx.de gmx.net web.de
        proton.me protonmail.com mail.com yandex.com telefonica.net terra.es
        """
    )
)
_NOT_WORDS = re.compile(r"[^0-9a-z]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.\s?){2,}")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")


def folded(text: str) -> str:
    """The text in small letters without accents, in single spaces: "Cañón " is "canon"."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return " ".join(letters.split())


def sortable(name: str) -> str:
    """What a list sorts and searches a name by."""
    return folded(name)[:200]


def without_legal_form(name: str) -> str:
    """A company's name as people say it: "Cantera Logística, S.L." is "cantera logistica".

    A name that is nothing but legal forms, or not in Latin letters, is kept as it stands.
    """
    small = folded(name)
    joined = _DOTTED.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", small)
    words = _NOT_WORDS.sub(" ", joined).split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)[:200] or small[:200]


def domain_in(text: str) -> str:
    """The bare domain in a domain, an address or a URL; empty when there is none."""
    small = text.strip().lower()
    if "@" in small and "/" not in small:
        small = small.rpartition("@")[2]
    try:
        host = urlsplit(small if "//" in small else f"//{small}").hostname or ""
        host = host.encode("idna").decode("ascii")
    except (UnicodeError, ValueError):
        return ""
    host = host.removeprefix("www.").rstrip(".")
    return host if len(host) <= 253 and _DOMAIN.fullmatch(host) else ""


def company_domain_in(email: str) -> str:
    """The domain of somebody's employer; empty for the big providers of private mail."""
    domain = domain_in(email)
    return "" if domain in _FREE_MAIL else domain


def email_in(text: str) -> str:
    """An address as it is stored and compared: trimmed and in small letters."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def slug_in(label: str) -> str:
    """A custom field's name in addresses and files: "Región fiscal" is "region_fiscal"."""
    return _NOT_WORDS.sub("_", folded(label)).strip("_")[:50].strip("_")
