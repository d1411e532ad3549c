"""How many real calls there are at once, and how long one lasts, whatever a batch or a case would have."""

import asyncio
from contextlib import suppress

from harness.model.call import EndReason, Tier
from harness.model.moves import Say, Trigger, TriggerKind, Wait
from harness.testing.builders import make_case
from harness.testing.speech import ToneMouth
from harness.transports.voipbin.routes import Route
from harness.transports.voipbin.site import Site
from harness.transports.voipbin.transport import VoipbinTransport
from tests.transports.voipbin.live_site import held, live_site, opened, request_of

WAITS = Wait(trigger=Trigger(after=TriggerKind.CALL_START, delay_ms=60_000))


def capped(site: Site, *, most_calls: int = 10, longest_s: int = 600) -> VoipbinTransport:
    return VoipbinTransport(
        Route.TEXT,
        open_session=lambda: opened(site),
        ears=None,
        mouth=lambda _: ToneMouth(word_ms=100, text_only=True),
        most_calls=most_calls,
        longest_s=longest_s,
    )


def test_no_more_calls_are_in_progress_than_is_allowed() -> None:
    request = request_of(make_case(moves=(WAITS,)), tier=Tier.TEXT)

    async def second_waits(most_calls: int) -> bool:
        begun = asyncio.Event()

        async def hold_another(transport: VoipbinTransport) -> None:
            async with transport.open(request):
                begun.set()

        async with live_site("Hello.", tier=Tier.TEXT) as (_, site), capped(site, most_calls=most_calls) as transport:
            async with transport.open(request):
                another = asyncio.create_task(hold_another(transport))
                with suppress(TimeoutError):
                    async with asyncio.timeout(5 if most_calls > 1 else 0.5):
                        await begun.wait()
                waited = not begun.is_set()
            await another
            return waited

    assert not asyncio.run(second_waits(2))
    assert asyncio.run(second_waits(1))


def test_a_call_is_hung_up_when_the_longest_time_is_over() -> None:
    case = make_case(moves=(WAITS, Say(text="Are you still there?")))

    async def main() -> tuple[EndReason, int]:
        async with live_site("Hello.", tier=Tier.TEXT) as (_, site):
            conversation = await held(capped(site, longest_s=2), case, tier=Tier.TEXT, word_ms=100)
        return conversation.end_reason, conversation.duration_ms

    reason, duration_ms = asyncio.run(main())
    assert reason is EndReason.CALLER_HANGUP
    assert duration_ms == 2_000
