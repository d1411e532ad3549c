"""Which VoIPBIN is talked to, and as whom. Secrets are read from the environment and never shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlsplit

from harness.errors import ConfigurationError

ACCESS_KEY: Final = "VOIPBIN_ACCESS_KEY"
TOKEN: Final = "VOIPBIN_TOKEN"
USERNAME: Final = "VOIPBIN_USERNAME"
PASSWORD: Final = "VOIPBIN_PASSWORD"
DIRECT_HASH: Final = "VOIPBIN_DIRECT_HASH"

DEFAULT_API: Final = "https://api.voipbin.net"
DEFAULT_SIP_DOMAIN: Final = "sip.voipbin.net"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who asks: an access key, a token, a name with a password, or only an agent's direct hash."""

    access_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)
    direct_hash: str = field(default="", repr=False)
    """Opens text chats with one agent and its telephone, nothing else."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read them from VOIPBIN_* variables; all empty where none is set."""
        return cls(
            access_key=environ.get(ACCESS_KEY, ""),
            token=environ.get(TOKEN, ""),
            username=environ.get(USERNAME, ""),
            password=environ.get(PASSWORD, ""),
            direct_hash=environ.get(DIRECT_HASH, ""),
        )

    @property
    def has_account(self) -> bool:
        """Return whether they open an account, and not only one agent."""
        return bool(self.access_key or self.token or (self.username and self.password))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return everything that must not be shown anywhere."""
        return tuple(text for text in (self.access_key, self.token, self.password, self.direct_hash) if text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One VoIPBIN: the hosted one, one of your own, or `harness simulate`."""

    api_url: str = DEFAULT_API
    """Scheme, host and port; `/v1.0` and `/auth` are added."""
    sip_domain: str = DEFAULT_SIP_DOMAIN
    """Host, with `:port` where it is not the usual one."""
    ca_file: str = ""
    """Certificates to trust instead of the usual ones, for HTTPS, WebSockets and SIP over TLS."""
    credentials: Credentials = field(default_factory=Credentials)
    rate_share: float = 0.5
    """Part of the customer's request budget (16.7 a second, contract 1.5) that the harness may use, above 0 to 1."""
    timeout_s: float = 30.0

    def __post_init__(self) -> None:
        """Refuse addresses nobody could ask. Raises ConfigurationError."""
        parts = urlsplit(self.api_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise ConfigurationError(f"api_url must be like {DEFAULT_API}, not {self.api_url!r}")
        if parts.username or parts.password:
            raise ConfigurationError(f"api_url must not hold a password: set {USERNAME} and {PASSWORD} instead")
        if not 0 < self.rate_share <= 1:
            raise ConfigurationError(
                f"rate_share is a share of the request budget, above 0 to 1, not {self.rate_share:g}"
            )
        if not self.sip_domain or "@" in self.sip_domain or "/" in self.sip_domain:
            raise ConfigurationError(f"sip_domain must be like {DEFAULT_SIP_DOMAIN}, not {self.sip_domain!r}")
