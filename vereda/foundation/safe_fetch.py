"""The only way out: HTTP to an address that somebody typed.

The name is resolved once, every address is checked, and the connection goes to a checked address
with the original name for TLS and Host: a name that changes between the look and the call gains
nothing. No redirects, no proxies of the environment, no compression, an end to size and time.

`VEREDA_OUTBOUND_ALLOW` opens exact places inside: `10.1.2.0/24:8443, hooks.internal`.
"""

import ipaddress
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final
from urllib.parse import SplitResult, urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext as _
from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from vereda.foundation.errors import Refused

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], list[str]]

LONGEST_URL: Final = 2048
PORTS: Final = frozenset({80, 443, 8080, 8443})
MOST_BYTES: Final = 64 * 1024
WITHIN_SECONDS: Final = 20.0
CONNECT_SECONDS: Final = 5.0
READ_BLOCK: Final = 8 * 1024
OWN_HEADERS: Final = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "accept-encoding", "user-agent"}
)
CLOSED: Final = [
    ipaddress.ip_network(name)
    for name in (
        "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "::/96",
        "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16", "fec0::/10",
    )
]  # fmt: skip


class NotReached(Exception):
    """The other side could not be asked, or did not answer as it should; the reason is for logs."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes: checked, but not yet resolved."""

    scheme: str
    host: str
    port: int
    target: str
    literal: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: never more than the limit of bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator opened: networks and names, each for one port or for the usual ones."""

    networks: list[tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, int | None]] = field(
        default_factory=list
    )
    names: list[tuple[str, int | None]] = field(default_factory=list)

    @classmethod
    def from_words(cls, words: Iterable[str]) -> "Allowed":
        """Read `10.1.2.0/24:8443`, `[fd00::1]:8443`, `hooks.internal`."""
        allowed = cls()
        for word in words:
            name, port = name_and_port(word)
            try:
                allowed.networks.append((ipaddress.ip_network(name), port))
            except ValueError:
                allowed.names.append((name.lower(), port))
        return allowed

    def opens(self, place: Place, address: Address) -> bool:
        """Did the operator open that address, or that name, on that port?"""
        return any(
            address in network and port in (None, place.port) for network, port in self.networks
        ) or any(name == place.host and port in (None, place.port) for name, port in self.names)

    def names_place(self, place: Place) -> bool:
        """Did the operator name that host itself? Only such places may go without TLS."""
        address = literal_address(place.host)
        if address is not None:
            return self.opens(place, address)
        return any(name == place.host and port in (None, place.port) for name, port in self.names)

    def opens_port(self, port: int) -> bool:
        """Is that port named for anything?"""
        return any(port == opened for _, opened in [*self.networks, *self.names])


def name_and_port(word: str) -> tuple[str, int | None]:
    """`hooks.internal:8443` as its two parts; without a port, None."""
    match = re.fullmatch(r"\[?([^\[\]]+?)\]?(?::(\d{1,5}))?", word)
    if match is None or (word.count(":") > 1 and not word.startswith("[")):
        return word.strip("[]"), None
    return match[1], int(match[2]) if match[2] else None


def operators_choice() -> Allowed:
    """What VEREDA_OUTBOUND_ALLOW opens."""
    return Allowed.from_words(settings.OUTBOUND_ALLOW)


def checked_url(url: str, *, allowed: Allowed | None = None) -> Place:
    """The place that `url` names; refused when it is one we never call. Ask when it is saved."""
    allowed = operators_choice() if allowed is None else allowed
    if len(url) > LONGEST_URL or not re.fullmatch(r"[\x21-\x7e]+", ascii_host(url)):
        raise Refused(_("The address is too long or holds characters that do not belong there."))
    parts = split_url(ascii_host(url))
    if parts.scheme not in {"https", "http"}:
        raise Refused(_("The address must begin with https://."))
    if parts.username is not None or parts.password is not None or "\\" in url:
        raise Refused(_("The address must not hold a name or a password."))
    host = (parts.hostname or "").rstrip(".")
    port = port_of(parts)
    if port not in PORTS and not allowed.opens_port(port):
        raise Refused(_("Port %s is not open for this.") % port)
    place = Place(
        parts.scheme, host, port, target_of(parts), literal=literal_address(host) is not None
    )
    refuse_bad_host(place, allowed)
    if parts.scheme == "http" and not allowed.names_place(place):
        raise Refused(_("The address must begin with https://."))
    return place


def ascii_host(url: str) -> str:
    """The address with its host in the letters of DNS; refused when it has no such form."""
    match = re.fullmatch(r"(?P<before>[A-Za-z][\w+.-]*://)(?P<host>[^/?#:\[\]]*)(?P<after>.*)", url)
    if match is None or match["host"].isascii():
        return url
    try:
        host = idna.encode(match["host"], uts46=False, std3_rules=True).decode()
    except idna.IDNAError as error:
        raise Refused(_("The address's host is not a valid name.")) from error
    return f"{match['before']}{host}{match['after']}"


def split_url(url: str) -> SplitResult:
    """The parts of an address."""
    try:
        return urlsplit(url)
    except ValueError as error:
        raise Refused(_("The address is not understood.")) from error


def port_of(parts: SplitResult) -> int:
    """The port, the scheme's own when none is named."""
    try:
        port = parts.port
    except ValueError as error:
        raise Refused(_("The address's port is not a port.")) from error
    if port == 0:
        raise Refused(_("Port 0 is not a port."))
    return port or {"https": 443, "http": 80}[parts.scheme]


def target_of(parts: SplitResult) -> str:
    """Path and query; what stands behind # is never sent."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def refuse_bad_host(place: Place, allowed: Allowed) -> None:
    """Stop at hosts that are no names, names that are numbers in disguise, and inner addresses."""
    address = literal_address(place.host)
    if address is not None:
        refuse_inner(place, address, allowed)
        return
    labels = place.host.split(".")
    named = any(name == place.host for name, _port in allowed.names)
    if not all(re.fullmatch(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", label) for label in labels):
        raise Refused(_("The address's host is not a valid name."))
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        raise Refused(_("The address's host is a number written in a strange way."))
    if not named and (len(labels) == 1 or labels[-1] in {"localhost", "local", "internal"}):
        raise Refused(_("The address is inside this network."))


def literal_address(host: str) -> Address | None:
    """The IP address that `host` is, when it is one."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def refuse_inner(place: Place, address: Address, allowed: Allowed) -> None:
    """Stop when the address is not on the open internet and the operator has not opened it."""
    if is_inner(address) and not allowed.opens(place, address):
        raise Refused(_("The address is inside this network."))


def is_inner(address: Address) -> bool:
    """Is it anything but an address of the open internet? Mapped forms are looked into."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return True
        if address.ipv4_mapped is not None:
            return is_inner(address.ipv4_mapped)
    if not address.is_global or address.is_multicast:
        return True
    return any(address.version == network.version and address in network for network in CLOSED)


def resolved(host: str) -> list[str]:
    """Every address the name has now."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(f"the name {host} has no address") from error
    return [str(each[4][0]) for each in found]


def addresses_of(place: Place, *, allowed: Allowed, resolve: Resolve) -> list[Address]:
    """The addresses of a place; refused when a single one of them is inside."""
    names = [place.host] if place.literal else resolve(place.host)
    addresses = [ipaddress.ip_address(name) for name in names]
    if not addresses:
        raise NotReached(f"the name {place.host} has no address")
    for address in addresses:
        refuse_inner(place, address, allowed)
    return addresses


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers that a person may add; refused when they would change the request itself."""
    for name, value in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", name) or name.lower() in OWN_HEADERS:
            raise Refused(_("The header “%s” cannot be set.") % name[:40])
        if not re.fullmatch(r"[\x20-\x7e\x80-\xff]{0,4000}", value):
            raise Refused(_("The header “%s” holds characters that do not belong there.") % name)
    return dict(headers)


def safe_fetch(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    within: float = WITHIN_SECONDS,
    most_bytes: int = MOST_BYTES,
    allowed: Allowed | None = None,
    resolve: Resolve = resolved,
    certificates: str | None = None,
) -> Answer:
    """Ask `url`. Refused for places we never call; `NotReached` when it does not work out.

    A redirect is an answer like any other; it is never followed.
    """
    opened = operators_choice() if allowed is None else allowed
    place = checked_url(url, allowed=opened)
    sent = checked_headers(headers or {})
    address = addresses_of(place, allowed=opened, resolve=resolve)[0]
    until = time.monotonic() + within
    connection = connection_to(place, address, within=within, certificates=certificates)
    try:
        with cut_off_after(within, connection):
            connection.connect()
            connection.request(
                method,
                place.target,
                body=body,
                headers={**sent, **headers_of(place)},
                preload_content=False,
                decode_content=False,
            )
            response = connection.getresponse()
            content = read_within(response, most_bytes=most_bytes, until=until)
            return Answer(response.status, dict(response.headers), content)
    except (HTTPError, HTTPException, OSError) as error:
        raise NotReached(f"{type(error).__name__}: {error}"[:500]) from error
    finally:
        connection.close()


@contextmanager
def cut_off_after(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """Hang up when the time is over, whatever the other side drips until then.

    What was read of a torn answer can look whole, so a line that was hung up is an error.
    """
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
        if over.is_set():
            raise TimeoutError(f"not answered within {seconds} s")
    finally:
        timer.cancel()


def headers_of(place: Place) -> dict[str, str]:
    """What every request of ours says."""
    usual = {"https": 443, "http": 80}[place.scheme]
    name = f"[{place.host}]" if ":" in place.host else place.host
    return {
        "Host": name if place.port == usual else f"{name}:{place.port}",
        "User-Agent": "Vereda",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def connection_to(
    place: Place, address: Address, *, within: float, certificates: str | None
) -> HTTPConnection:
    """A connection to the checked address; TLS is checked against the original name."""
    patience = min(CONNECT_SECONDS, within)
    if place.scheme == "http":
        return HTTPConnection(str(address), place.port, timeout=patience)
    return HTTPSConnection(
        str(address),
        place.port,
        timeout=patience,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certificates,
        server_hostname=place.host,
        assert_hostname=place.host,
    )


def read_within(response: BaseHTTPResponse, *, most_bytes: int, until: float) -> bytes:
    """The body, unless it is too long or too slow."""
    content = bytearray()
    while block := response.read1(READ_BLOCK):
        content += block
        if len(content) > most_bytes:
            raise NotReached(f"the answer is longer than {most_bytes} bytes")
        if time.monotonic() > until:
            raise NotReached("the answer took too long")
    return bytes(content)
