"""Addresses in SIP: whom to call, where we can be called."""

import re
import socket
from typing import Final

from harness.errors import CallError
from harness.sip.options import SipTransport

_USER_IN_HEADER: Final = re.compile(r"sips?:([^@;>]+)@")
_ADDRESS_IN_HEADER: Final = re.compile(r"sips?:[^;>\s]+")
_DISCARD_PORT: Final = 9


def dialled(target: str, *, domain: str) -> str:
    """Return the address of a target such as `direct.<hash>@sip.voipbin.net`, `sip:…` or a bare name at our domain.

    Raises:
        CallError: no address of a telephone.
    """
    text = target.strip()
    if text.lower().startswith("sips:"):
        raise CallError("sips: addresses are not dialled: write sip: and set the transport to tls")
    text = text[4:] if text.lower().startswith("sip:") else text
    if "@" not in text and domain:
        text = f"{text}@{domain}"
    if not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", text):
        raise CallError("a call needs an address such as sip:name@host, without spaces or brackets")
    return f"sip:{text}"


def contact(user: str, *, host: str, port: int, transport: SipTransport) -> str:
    """Return where a telephone can be called."""
    match transport:
        case SipTransport.UDP:
            return f"sip:{user}@{host}:{port}"
        case SipTransport.TCP:
            return f"sip:{user}@{host}:{port};transport=tcp"
        case SipTransport.TLS:
            return f"sip:{user}@{host}:{port + 1};transport=tls"


def called_user(header: str) -> str:
    """Return the name in a To header."""
    found = _USER_IN_HEADER.search(header)
    return found[1] if found else ""


def caller_address(header: str) -> str:
    """Return the address in a From header."""
    found = _ADDRESS_IN_HEADER.search(header)
    return found[0] if found else ""


def own_address(host: str) -> str:
    """Return this machine's address towards a host; empty where that is not known. Sends nothing."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((host, _DISCARD_PORT))
            return str(probe.getsockname()[0])
    except OSError:
        return ""
