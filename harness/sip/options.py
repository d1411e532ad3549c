"""How our telephone is set up: who it is, over what it talks, whom it trusts."""

import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from harness.errors import ConfigurationError

USER: Final = "harness"
"""Whom our calls come from, unless told otherwise."""
_USER: Final = re.compile(r"[A-Za-z0-9._+*#-]+")


class SipTransport(StrEnum):
    """What carries the signalling."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class Srtp(StrEnum):
    """Whether sound is encrypted, with keys that the signalling exchanges (SDES)."""

    OFF = "off"
    OPTIONAL = "optional"
    """Offered; a far end that does not know it is talked to without."""
    REQUIRED = "required"
    """A far end that does not know it is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SipOptions:
    """One telephone. All telephones of a process share one address, port, list of trusted certificates and timeout."""

    user: str = USER
    """Name it calls from, and under which it can be called."""
    domain: str = ""
    """Host whose calls it makes, such as `sip.voipbin.net`; empty: this machine's address."""
    password: str = field(default="", repr=False)
    """Answers a server that asks for a digest; a direct hash needs none."""
    auth_user: str = ""
    """Name that goes with the password, where it is not `user`."""
    transport: SipTransport = SipTransport.UDP
    srtp: Srtp = Srtp.OFF
    ca_file: str = ""
    """Certificates to trust over TLS instead of the system's."""
    certificate_file: str = ""
    """PEM file with key and certificate, for a telephone that is called over TLS."""
    address: str = ""
    """Own address, such as `127.0.0.1`; empty: the one that leads to `domain`."""
    port: int = 0
    """Own port for UDP and TCP, the next one for TLS; 0: any that is free."""
    takes_all: bool = False
    """Whether it is rung for names nobody has, instead of `404 Not Found`."""
    ring_s: float = 30.0
    """How long a called party may take to answer."""
    silence_s: int = 10
    """A call is lost when no packet came for so long."""

    def __post_init__(self) -> None:
        """Refuse what the stack would misread. Raises ConfigurationError."""
        for name, text in (("user", self.user), ("auth_user", self.auth_user or USER)):
            if not _USER.fullmatch(text):
                raise ConfigurationError(f"{name} of a telephone must be like {USER}, without spaces or '@': {text!r}")
        if any(sign in self.domain for sign in '@;<>"? \r\n'):
            raise ConfigurationError(f"domain of a telephone must be like sip.voipbin.net, not {self.domain!r}")
        if any(ord(sign) < 32 or sign in '"\\' for sign in self.password):
            raise ConfigurationError("a SIP password cannot hold quotes, backslashes or line ends")
        if not 0 <= self.port < 65535:
            raise ConfigurationError(f"port of a telephone must be 0 to 65534, not {self.port}")
        if self.ring_s <= 0 or self.silence_s <= 0:
            raise ConfigurationError("ring_s and silence_s of a telephone must be above 0")
        for name, file in (("ca_file", self.ca_file), ("certificate_file", self.certificate_file)):
            if file and not Path(file).is_file():
                raise ConfigurationError(f"{name} of a telephone is no file: {file}")

    def trusted_file(self) -> str:
        """Return the file of certificates to trust: the given one, or the system's.

        Raises:
            ConfigurationError: TLS is asked for and there is none.
        """
        found = self.ca_file or ssl.get_default_verify_paths().cafile or ""
        if not found and self.transport is SipTransport.TLS:
            raise ConfigurationError(
                "SIP over TLS needs certificates to trust, and this system has no list of them where Python looks: "
                "set ca_file to a PEM file"
            )
        return found
