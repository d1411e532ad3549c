"""Where an agent is phoned, and the paths of what the API keeps."""

from urllib.parse import quote

from harness.errors import ConfigurationError
from harness.transports.voipbin.site import Site
from harness.voipbin.hashes import prefixed


def sip_uri(direct_hash: str, site: Site) -> str:
    """Return the SIP address that reaches what a direct hash belongs to, whichever way the hash is spelled.

    Raises:
        ConfigurationError: it is no direct hash.
    """
    return f"sip:{prefixed(direct_hash)}@{site.sip_domain}"


def path_of(*parts: str) -> str:
    """Return the path of a resource, such as `/calls/<id>/hangup`; whatever an id holds, it stays one part.

    Raises:
        ConfigurationError: a part is empty, which would ask for the whole list instead.
    """
    if not all(part.strip(".") for part in parts):
        raise ConfigurationError(f"an id is missing behind {'/'.join(part for part in parts if part)!r}")
    return "".join(f"/{quote(part, safe='')}" for part in parts)
