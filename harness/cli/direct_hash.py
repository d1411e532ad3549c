"""`harness direct-hash`: the address at which anybody can phone an AI."""

import asyncio
from typing import Any, Final

import click

from harness.cli.account import NEEDS_ACCOUNT, SITE, YES, open_account, require_yes
from harness.cli.options import command_settings, with_options
from harness.errors import ConfigurationError
from harness.settings import Settings
from harness.transports.voipbin.addresses import sip_uri
from harness.transports.voipbin.ais import find_ai, regenerate_hash
from harness.transports.voipbin.site import DIRECT_HASH
from harness.voipbin.hashes import PREFIX, bare
from harness.voipbin.resources import Record
from harness.wiring.live import site_of

AI: Final = click.argument("ai", metavar="AI")
REVEAL: Final = click.option("--reveal", is_flag=True, help="Show it whole: whoever knows it can phone the AI.")
DOMAIN: Final = click.option("--sip-domain", metavar="HOST", help="Where it is phoned (default sip.voipbin.net).")


@click.group(
    help=f"""Show or replace the direct hash of an AI: its own SIP address.

Whoever knows the hash can phone the AI and chat with it at the account's cost, without a password. It is therefore
shown masked.

AI is an AI's id, or its name where only one has it. {NEEDS_ACCOUNT}
"""
)
def command() -> None:
    """Hold the verbs about direct hashes; the help text is above."""


@command.command(
    "show",
    help=f"""Show the SIP address of an AI.

\b
Examples:
  harness direct-hash show "Front desk"            masked: is there one, and which
  harness direct-hash show "Front desk" --reveal   whole, for a telephone or for {DIRECT_HASH}

\b
Exit codes:
  0  shown
  2  no such AI, or it has no direct hash, or no account is set
  3  the platform failed
""",
)
@AI
@REVEAL
@DOMAIN
@with_options(SITE)
def show(ai: str, reveal: bool, **values: Any) -> None:
    """Show; the help text is above."""
    settings = command_settings(values)
    record = asyncio.run(_find(settings, ai))
    direct_hash = str(record.get("direct_hash") or "")
    if not direct_hash:
        raise ConfigurationError(
            f"the AI {_named(record)} has no direct hash, so that nobody can phone it by one. Have one made with: "
            f"harness direct-hash regenerate {record['id']}"
        )
    click.echo(_address(direct_hash, settings, reveal=reveal))


@command.command(
    "regenerate",
    help="""Give an AI a new direct hash. The old SIP address is dead at once.

Everything that phones the AI by its old hash, such as telephones, trunks, links and other people's tests, reaches
nobody from that moment on, and the old hash cannot be had back. Asks first.

\b
Examples:
  harness direct-hash regenerate "Front desk"
  harness direct-hash regenerate "Front desk" --yes --reveal

\b
Exit codes:
  0  made
  2  no such AI, the answer was no, or no account is set: nothing was changed
  3  the platform failed
""",
)
@AI
@REVEAL
@YES
@DOMAIN
@with_options(SITE)
def regenerate(ai: str, reveal: bool, yes: bool, **values: Any) -> None:
    """Regenerate; the help text is above."""
    settings = command_settings(values)
    record = asyncio.run(_find(settings, ai))
    old = str(record.get("direct_hash") or "")
    if old:
        click.echo(
            f"The address {_address(old, settings, reveal=False)} of {_named(record)} will be dead at once, for "
            "everybody who phones it, and cannot be had back.",
            err=True,
        )
    require_yes(f"Give {_named(record)} a new direct hash?", yes=yes)
    made = asyncio.run(_regenerate(settings, str(record["id"])))
    click.echo(_address(made, settings, reveal=reveal))
    if not reveal:
        click.echo(f"show it whole with: harness direct-hash show {record['id']} --reveal", err=True)


async def _find(settings: Settings, ai: str) -> Record:
    async with open_account(settings) as client:
        return await find_ai(client, ai)


async def _regenerate(settings: Settings, ai_id: str) -> str:
    async with open_account(settings) as client:
        return await regenerate_hash(client, ai_id)


def _address(direct_hash: str, settings: Settings, *, reveal: bool) -> str:
    if reveal:
        return sip_uri(direct_hash, site_of(settings))
    # Two of twelve digits tell one hash from another and dial nothing.
    return f"sip:{PREFIX}{bare(direct_hash)[:2]}••••••••••@{settings.sip_domain}"


def _named(record: Record) -> str:
    return f"{record.get('name') or 'AI'} ({record['id']})"
