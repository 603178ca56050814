"""Who really asks, when a proxy stands in front.

Only a peer that VEREDA_TRUSTED_PROXIES names is believed about addresses and schemes; from
everybody else the forwarding headers are taken away before anything reads them.
"""

from collections.abc import Callable, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from django.core.exceptions import ImproperlyConfigured

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
Network = IPv4Network | IPv6Network

FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
)


def networks_of(names: Iterable[str]) -> list[Network]:
    """The networks that the setting names: addresses, or ranges such as 10.0.0.0/8."""
    try:
        return [ip_network(name, strict=False) for name in names]
    except ValueError as error:
        raise ImproperlyConfigured(f"VEREDA_TRUSTED_PROXIES: {error}.") from error


def behind_proxies(application: Application, *, trusted: list[Network]) -> Application:
    """The application, told the client's own address as REMOTE_ADDR."""

    def answer_client(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        if is_trusted(peer, trusted):
            environ["REMOTE_ADDR"] = client_of(
                environ.get("HTTP_X_FORWARDED_FOR", ""), peer=peer, trusted=trusted
            )
        else:
            for name in FORWARDED:
                environ.pop(name, None)
        return application(environ, start_response)

    return answer_client


def client_of(forwarded_for: str, *, peer: str, trusted: list[Network]) -> str:
    """The last address in the chain that is no trusted proxy; what stands left is hearsay."""
    nearest = peer
    for hop in reversed(forwarded_for.split(",")):
        if not is_trusted(nearest, trusted) or not is_address(hop.strip()):
            break
        nearest = hop.strip()
    return nearest


def is_trusted(address: str, trusted: list[Network]) -> bool:
    """Does the setting name that address?"""
    return is_address(address) and any(ip_address(address) in network for network in trusted)


def is_address(text: str) -> bool:
    """Is it an IP address?"""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
