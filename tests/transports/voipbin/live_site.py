"""A simulated platform served in real time, and what the transport shares of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

import numpy as np
from starlette.applications import Starlette

from harness.interfaces import Utterance
from harness.model.call import CallRequest, Heard, Tier, Word
from harness.model.case import Case
from harness.model.platform import TurnModelName
from harness.participants.scripted import ScriptedCaller
from harness.runner.conversation import Conversation, converse
from harness.simulator.platform import Platform
from harness.simulator.server import Pace, ServerOptions, SipDoor, Trouble, build_app, serve
from harness.simulator.sessions.talk import SessionSetup
from harness.simulator.works import PlatformOptions
from harness.sip import SipOptions, SipPhone
from harness.testing.builders import make_arm, make_prompt
from harness.testing.platform import make_equipment
from harness.testing.speech import ScriptedAgent, ToneMouth
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.lodging import Lodgings
from harness.transports.voipbin.routes import Route
from harness.transports.voipbin.site import Credentials, Site
from harness.transports.voipbin.transport import Session, VoipbinTransport
from harness.voipbin.mode import Mode
from harness.voipbin.resources import platform_time

WAIT_S: Final = 30.0
ENGINE: Final = "openai.gpt-4o"
LOUD: Final = 1000
_NAMES: Final = count()


class SoundEars:
    """Hears the same words in every sound, and nothing in silence."""

    name = "sound"

    def __init__(self, words: str = "yes please") -> None:
        self._words = words.split()

    async def hear(self, utterance: Utterance) -> Heard:
        clip = utterance.clip
        if clip is None or not len(clip.samples):
            return Heard(text="")
        loud = np.flatnonzero(np.abs(clip.samples.astype(np.int32)) > LOUD)
        if not len(loud):
            return Heard(text="")
        begin, end = int(loud[0]) * 1000 // clip.rate_hz, int(loud[-1]) * 1000 // clip.rate_hz
        step = max(1, (end - begin) // len(self._words))
        words = tuple(
            Word(text=word, start_ms=begin + place * step, end_ms=begin + (place + 1) * step)
            for place, word in enumerate(self._words)
        )
        return Heard(text=" ".join(self._words), words=words)


@asynccontextmanager
async def live_site(
    *replies: str,
    tier: Tier = Tier.AUDIO,
    word_ms: int = 200,
    sip: bool = False,
    troubles: Collection[Trouble] = (),
    prepare: Callable[[Platform, Starlette], None] = lambda _platform, _app: None,
) -> AsyncIterator[tuple[Platform, Site]]:
    """Serve a platform whose agents say `replies`, in order, each session from the beginning."""
    mouth = ToneMouth(word_ms=word_ms, text_only=tier is Tier.TEXT)
    equipment = make_equipment(
        text_only=tier is Tier.TEXT,
        agent=lambda _: ScriptedAgent(*replies),
        mouth=lambda _: mouth,
        ears=lambda _: SoundEars(),
    )
    options = PlatformOptions(
        seed=1, mode=Mode.CURRENT, tier=tier, session=SessionSetup(turn_model=TurnModelName.TRANSCRIPT)
    )
    platform = Platform(equipment=equipment, options=options)
    platform.clock.pass_to(platform_time(datetime.now(UTC)))
    app = build_app(platform, options=ServerOptions(limits=None, troubles=frozenset(troubles)))
    prepare(platform, app)
    key = app.state.service.doorkeeper.admin.access_key
    door = SipDoor(app.state.service, host="127.0.0.1", port=0) if sip else None
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(app, host="127.0.0.1", port=0, pace=Pace.REAL_TIME, on_ready=ready.set_result, sip=door)
    )
    try:
        async with asyncio.timeout(WAIT_S):
            url = await ready
            domain = door.address if door is not None else "sip.example.invalid"
            yield (
                platform,
                Site(api_url=url, sip_domain=domain, credentials=Credentials(access_key=key), rate_share=1.0),
            )
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


@asynccontextmanager
async def opened(site: Site) -> AsyncIterator[Session]:
    """Open what a session's calls share."""
    expires = datetime.now(UTC) + timedelta(hours=1)
    async with VoipbinClient(site) as client, Lodgings(client, run_id="run-1", expires=expires) as lodgings:
        yield Session(client=client, lodgings=lodgings)


@asynccontextmanager
async def opened_with_telephone(site: Site) -> AsyncIterator[Session]:
    """Open what a session's calls by SIP share."""

    def telephone(name: str) -> SipPhone:
        return SipPhone(SipOptions(user=name, address="127.0.0.1"))

    async with opened(site) as session, telephone(f"caller-{next(_NAMES)}") as phone:
        yield replace(session, telephone=phone, telephones=telephone)


def transport_of(site: Site, route: Route, *, ears: bool = False, word_ms: int = 200) -> VoipbinTransport:
    open_session = opened_with_telephone if route is Route.SIP else opened
    return VoipbinTransport(
        route,
        open_session=lambda: open_session(site),
        ears=(lambda _: SoundEars("how can i help")) if ears else None,
        mouth=lambda _: ToneMouth(word_ms=word_ms, text_only=True),
    )


def request_of(case: Case, *, tier: Tier = Tier.AUDIO) -> CallRequest:
    arm = make_arm(make_prompt("You are the desk of the hotel Lakeside."), engine_model=ENGINE)
    return CallRequest(trial_id="hello#1", case=case, arm=arm, seed=1, tier=tier)


async def held(transport: VoipbinTransport, case: Case, *, tier: Tier = Tier.AUDIO, word_ms: int = 200) -> Conversation:
    """Hold a case's call and close the transport."""
    request = request_of(case, tier=tier)
    mouth = ToneMouth(word_ms=word_ms, text_only=tier is Tier.TEXT)
    async with transport:
        return await converse(request, transport=transport, caller=ScriptedCaller(case, seed=1), mouths=lambda _: mouth)
