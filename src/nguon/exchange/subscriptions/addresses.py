"""Where callbacks may go: public addresses by http or https, others only where they are allowed.

Whoever may subscribe could else make this server call what only it can reach (server-side request
forgery): its own database, the cloud's metadata service, a neighbour's printer. A name is looked up
once; all its addresses must be allowed, and the connection goes to the address that was checked, so
that a name that answers differently a moment later changes nothing.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from nguon.exchange.problem import Problem, refuse

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
# Name and port to addresses; raises OSError where there is none.
Lookup = Callable[[str, int], Sequence[str]]

_PORTS = {"http": 80, "https": 443}
_LONGEST = 2000
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}", re.ASCII)
_FREE_PORTS = 1024
# Public by what Python's table says, and yet metadata services of clouds, or set apart.
_SET_APART = [
    ip_network(text)
    for text in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20")
]
# IPv6 addresses that carry an IPv4 address in their last bits: NAT64 (RFC 6052).
_NAT64 = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))
_SAFE = "%/:=&?~#+!$,;'@()*[]"


@dataclass(frozen=True, slots=True)
class Destination:
    """A callback's address in its parts. `target` is what stands in the request line."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return shown if self.port == _PORTS[self.scheme] else f"{shown}:{self.port}"


def read_networks(texts: Sequence[str]) -> list[Network]:
    """The networks of the setting NGUON_CALLBACKS_ALLOWED. Raises ValueError."""
    return [ip_network(text.strip(), strict=False) for text in texts if text.strip()]


def read_destination(dest: str) -> Destination:
    """A destination out of its URL. Raises Problem for what no callback goes to.

    Refused are other schemes than http and https, names and passwords in the address (they would be
    shown with it; the signature tells who sends), and ports below 1024 that are not the scheme's:
    mail, shells and the like.
    """
    try:
        parts = urlsplit(dest)
        port = parts.port
    except ValueError:
        raise _refuse("dest_form", dest) from None
    strange = any(not sign.isprintable() or sign == " " for sign in dest)
    if parts.scheme not in _PORTS or not parts.hostname or strange or len(dest) > _LONGEST:
        raise _refuse("dest_form", dest)
    if parts.username is not None or parts.password is not None:
        raise _refuse("dest_userinfo", f"{parts.scheme}://…@{parts.hostname}")
    if port is not None and port != _PORTS[parts.scheme] and port < _FREE_PORTS:
        raise _refuse("dest_port", port)
    path = quote(parts.path or "/", safe=_SAFE)
    target = path + ("?" + quote(parts.query, safe=_SAFE) if parts.query else "")
    return Destination(
        parts.scheme, _read_host(parts.hostname, dest), port or _PORTS[parts.scheme], target
    )


def _read_host(host: str, dest: str) -> str:
    if ":" in host and "%" not in host:
        # An IPv6 address, which the URL's reader has checked; with a % it names a zone.
        return host
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise _refuse("dest_form", dest) from None
    if _HOST.fullmatch(name) is None:
        raise _refuse("dest_form", dest)
    return name


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def check_destination(
    destination: Destination, allowed: Sequence[Network], lookup: Lookup = look_up
) -> str:
    """The address to connect to. Raises Problem where one is forbidden, OSError without any."""
    addresses = lookup(destination.host, destination.port)
    for text in addresses:
        if not is_allowed(ip_address(text), allowed):
            raise _refuse("dest_forbidden", destination.host, address=text)
    if not addresses:
        raise OSError(f"no address for {destination.host}")
    return addresses[0]


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether callbacks may go to an address: public, or in a network of the setting."""
    inner = _unwrap(address)
    if any(inner in network or address in network for network in allowed):
        return True
    return (
        inner.is_global
        and not inner.is_multicast
        and not inner.is_reserved
        and not inner.is_unspecified
        and not any(inner in network for network in _SET_APART)
    )


def _unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 one stands for: mapped, NAT64, 6to4 or Teredo."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if any(address in network for network in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    return address


def _refuse(code: str, value: object, **params: object) -> Problem:
    return refuse(400, code, value, name="SubscriptionControlsException", **params)
