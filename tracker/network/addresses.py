"""Which addresses may be connected to. The address is judged, never its spelling: what a name or number resolves to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal

Reach = Literal["public", "private", "never"]

#: Closed in every case: what clouds tell their machines about themselves, and what only looks like an address.
_NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "169.254.0.0/16", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "::/128", "::/96", "::ffff:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/32", "2002::/16", "3fff::/20", "5f00::/16",
        "fe80::/10", "fec0::/10", "fd00:ec2::254/128", "ff00::/8",
    )
)  # fmt: skip
_LOOPBACK = ip_address("::1")
_NAT64 = ip_network("64:ff9b::/96")
_CGNAT = ip_network("100.64.0.0/10")


def reach(text: str) -> Reach:
    """Whether anyone may connect there, only who was allowed to, or nobody."""
    try:
        address = ip_address(text)
    except ValueError:
        return "never"
    if isinstance(address, IPv6Address) and address in _NAT64:
        # A network without IPv4 reaches all of it under this prefix: what counts is the address inside.
        return "public" if reach(str(IPv4Address(int(address) & 0xFFFFFFFF))) == "public" else "never"
    if address != _LOOPBACK and any(address in network for network in _NEVER if network.version == address.version):
        return "never"
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return "never"
    if address in _CGNAT or not address.is_global:
        return "private"
    return "public"
