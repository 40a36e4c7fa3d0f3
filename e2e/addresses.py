"""When the addresses of this machine have come to rest.

Chromium ends all that it loads with ERR_NETWORK_CHANGED whenever one is added, changed or taken
away, and each network of containers brings some. Those of IPv6 change once more, some two seconds
later: until the kernel knows that nobody else has them they are tentative.
"""

from __future__ import annotations

from pathlib import Path

from e2e.waiting import until

IPV6_ADDRESSES = Path("/proc/net/if_inet6")
"""Of Linux: address, index, length, scope, flags, interface; numbers in hexadecimal."""
TENTATIVE = 0x40
"""IFA_F_TENTATIVE of <linux/if_addr.h>."""
PATIENCE_S = 20.0


def await_settled_addresses() -> None:
    """Return once no address is tentative; at once where none is, or where this is no Linux.

    Raises:
        WaitedInVain: one still is.
    """
    until(lambda: not tentative(), "the end of tentative addresses", PATIENCE_S)


def tentative(addresses: Path = IPV6_ADDRESSES) -> list[str]:
    """The interfaces that have a tentative address."""
    if not addresses.exists():
        return []
    lines = [line.split() for line in addresses.read_text().splitlines()]
    return [interface for *_, flags, interface in lines if int(flags, 16) & TENTATIVE]
