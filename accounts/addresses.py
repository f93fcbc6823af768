"""Where a request comes from, and where it may be sent to."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def address_of(request: HttpRequest | None) -> str | None:
    """The client's network address; None when there is none, as on a local socket.

    Behind ``settings.TRUSTED_PROXIES`` proxies the address is taken from X-Forwarded-For as the
    outermost of them wrote it: anything further left was written by the client and proves nothing.
    """
    if request is None:
        return None
    written = request.META.get("REMOTE_ADDR", "")
    proxies = settings.TRUSTED_PROXIES
    if proxies:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= proxies:
            written = hops[-proxies]
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        return None


def network_of(address: str | None) -> str | None:
    """What one attacker commands: an IPv4 address, or the /64 of an IPv6 one."""
    if address is None:
        return None
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def safe_next(request: HttpRequest, wanted: str | None, fallback: str) -> str:
    """``wanted`` if it stays on this very host, else the fallback (a name or an address)."""
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url(fallback)
