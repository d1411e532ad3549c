"""What the verbs about a real account share: which VoIPBIN, as whom, and a yes before anything is changed there."""

from typing import Final

import click

from harness.errors import ConfigurationError
from harness.settings import Settings
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import ACCESS_KEY, PASSWORD, TOKEN, USERNAME
from harness.wiring.live import site_of

SITE: Final = (
    click.option(
        "--api-url", metavar="URL", help="The VoIPBIN to ask (default https://api.voipbin.net, or your settings)."
    ),
    click.option("--ca-file", metavar="FILE", help="Certificates to trust, for a VoIPBIN of your own."),
)
"""Which VoIPBIN; each has the name of its setting."""
YES: Final = click.option("--yes", is_flag=True, help="Do it without asking.")
NEEDS_ACCOUNT: Final = f"""Needs an account: the environment variable {ACCESS_KEY}, or {TOKEN}, or {USERNAME} with
{PASSWORD}."""


def open_account(settings: Settings) -> VoipbinClient:
    """Return a client of the account of the environment, to be opened with `async with`.

    Raises:
        ConfigurationError: no account is set, or an address nobody could ask.
    """
    site = site_of(settings)
    if not site.credentials.has_account:
        raise ConfigurationError(
            f"this needs an account of {site.api_url}: set the environment variable {ACCESS_KEY}, or {TOKEN}, or "
            f"{USERNAME} and {PASSWORD}"
        )
    return VoipbinClient(site)


def require_yes(question: str, *, yes: bool) -> None:
    """Ask for a yes on the terminal unless it was given on the command line.

    Raises:
        ConfigurationError: the answer is no, or nobody is there to give one.
    """
    if yes:
        return
    try:
        agreed = click.confirm(question, default=False, err=True)
    except click.Abort as error:
        raise ConfigurationError("nothing was changed: nobody answered. Say it with --yes") from error
    if not agreed:
        raise ConfigurationError("nothing was changed")
