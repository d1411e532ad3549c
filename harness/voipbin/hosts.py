"""Which hosts are this very machine."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Return whether a host name or address, without a port, leads to its own machine only."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
