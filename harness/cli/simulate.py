"""`harness simulate`: the simulated platform over HTTP."""

import asyncio
import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click

from harness.cli.options import command_settings
from harness.model.call import Tier
from harness.settings import PLATFORMS, TIERS
from harness.voipbin.hosts import is_loopback
from harness.voipbin.resources import platform_time

WEBHOOK_SECRET: Final = "VOIPBIN_WEBHOOK_SECRET"
"""The environment variable whose value signs webhooks."""


@click.command(
    help="""Serve a local VoIPBIN: the same REST API, without an account, a key or a telephone.

Everything is kept in memory and forgotten at the end, unless --state names a file for it. The same seed gives the same
ids and credentials.

\b
Examples:
  harness simulate                     a free port, calls as long as on the telephone
  harness simulate --port 8080 --fast  what is due happens at once
  harness simulate --mode current      today's platform, its surprises included
  harness simulate --sip 5070          telephones can call its AIs, and it can call them

The first line printed names the base URL and an access key:
  curl "http://127.0.0.1:8080/v1.0/calls?accesskey=vb_..."

Webhooks are signed when the environment variable VOIPBIN_WEBHOOK_SECRET is set. They may go to this machine itself as
long as only this machine can reach the server, and never to other private addresses.

Ctrl-C stops it.
"""
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; 0 (default) takes a free one."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--sip",
    "sip_port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Also take calls by SIP to sip:direct.<hash>@HOST:PORT, over UDP and TCP, and let calls reach telephones at "
    "addresses such as sip:me@127.0.0.1:5062. 0 takes a free port; the first line printed names it. Needs the audio "
    "tier and the extra [sip].",
)
@click.option(
    "--real-time/--fast",
    "real_time",
    default=True,
    help="Calls last as long as on the telephone (default), or everything that is due happens at once.",
)
@click.option("--seed", type=int, help="Seed of everything random, ids and credentials included (default 1).")
@click.option(
    "--mode",
    "platform",
    type=click.Choice(PLATFORMS),
    help="seed (default): the tutorial's flows just work. current: what the platform does today. strict: the same, "
    "but bad input is told as such.",
)
@click.option(
    "--tier", type=click.Choice(TIERS), help="audio (default): calls have sound. text: words only, hundreds at once."
)
@click.option(
    "--rate-limits/--no-rate-limits", default=True, help="Refuse clients that ask too often (default), or do not."
)
@click.option(
    "--gates",
    type=click.Choice(["balance", "all", "none"]),
    default="balance",
    help="What an account needs before a call is placed: a balance (default); for telephone numbers also a verified "
    "identity, a country on its list and a number of its own, as on a new account (all); or nothing (none).",
)
@click.option(
    "--times",
    type=click.Choice(["today", "tutorial"]),
    default="today",
    help="How times are written: as today's platform does (default), or as the tutorial shows them, with the year 9999 "
    "for what was not deleted.",
)
@click.option(
    "--engine-model",
    default="embedded.extractive",
    show_default=True,
    metavar="ENGINE_MODEL",
    help="Who answers for AIs whose provider has no key here.",
)
@click.option(
    "--callee-says",
    "says",
    multiple=True,
    metavar="LINE",
    help="A line of whoever is phoned, repeated for more: the first when they answer, then one after each turn of the "
    'other side, then they hang up. Without any, they greet, ask and thank; "" has them stay silent.',
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME",
    help="Have something go wrong, to see what a client does then; repeated for more. events-drop, media-drop: sockets "
    "are closed after 3 s. storm-429: once a call or chat begins, every request is refused for 6 s. hangup-500: the "
    "first request to end one fails. ai-deleted: an AI is deleted once somebody talks to it.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Keep everything in this file, and begin with what it holds. Calls that were going on are over.",
)
def command(
    *,
    port: int,
    host: str,
    sip_port: int | None,
    real_time: bool,
    rate_limits: bool,
    gates: str,
    times: str,
    engine_model: str,
    says: tuple[str, ...],
    faults: tuple[str, ...],
    state: Path | None,
    **values: Any,
) -> None:
    """Serve; the help text is above."""
    # Only this verb needs a web server.
    from harness.simulator.server import (
        HttpFetch,
        Limits,
        Pace,
        ServerOptions,
        SipDoor,
        StateFile,
        Trouble,
        build_app,
        serve,
    )
    from harness.wiring import SOMEBODY_SAYS, simulated_platform

    is_private = is_loopback(host)
    fetch = HttpFetch(allow_loopback=is_private)
    lines = [line for line in says or SOMEBODY_SAYS if line.strip()]
    settings = command_settings(values)
    if unknown := set(faults) - set(Trouble):
        raise click.UsageError(f"there is no fault {', '.join(sorted(unknown))}: choose from {', '.join(Trouble)}")
    if sip_port is not None and settings.tier != Tier.AUDIO:
        raise click.UsageError("--sip needs sound: run it with --tier audio")
    platform = simulated_platform(settings, engine_model=engine_model, says=lines, gates=gates, fetch=fetch)
    with ExitStack() as stack:
        options = ServerOptions(
            limits=Limits() if rate_limits else None,
            legacy_times=times == "tutorial",
            allow_private_webhooks=is_private,
            webhook_secret=os.environ.get(WEBHOOK_SECRET, ""),
            troubles=frozenset(map(Trouble, faults)),
            state=None if state is None else stack.enter_context(StateFile(state)),
        )
        app = build_app(platform, options=options)
        if real_time:
            # A client compares what it is told with its own clock.
            platform.clock.pass_to(platform_time(datetime.now(UTC)))
        admin = app.state.service.doorkeeper.admin

        sip = None if sip_port is None else SipDoor(app.state.service, host=host, port=sip_port)

        def announce(url: str) -> None:
            telephone = "" if sip is None else f"  sip={sip.address}"
            click.echo(f"ready: {url}/v1.0  accesskey={admin.access_key}  token={admin.token}{telephone}")
            click.echo(f"log in: POST {url}/auth/login as {admin.username}, password {admin.password}", err=True)

        pace = Pace.REAL_TIME if real_time else Pace.FAST
        warms_up = real_time and settings.tier == Tier.AUDIO
        asyncio.run(serve(app, host=host, port=port, pace=pace, on_ready=announce, sip=sip, warms_up=warms_up))
