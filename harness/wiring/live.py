"""The real platform, from settings."""

import os

from harness.settings import Settings
from harness.transports.voipbin.site import Credentials, Site


def site_of(settings: Settings) -> Site:
    """Return which VoIPBIN the settings name, with the credentials of the environment.

    Raises:
        ConfigurationError: an address nobody could ask.
    """
    return Site(
        api_url=settings.api_url.rstrip("/"),
        sip_domain=settings.sip_domain,
        ca_file=settings.ca_file,
        credentials=Credentials.from_environment(os.environ),
        rate_share=settings.rate_share,
        timeout_s=settings.timeout_s,
    )
