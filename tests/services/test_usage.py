"""What a trial is charged with: the provider's own count, ours where there is none, and nothing for what was free."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, suppress
from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.errors import ServiceRejectedError
from harness.interfaces import LLM, Delta, Message, MessageRole
from harness.interfaces.metering import asked_by
from harness.interfaces.scope import trial_scope
from harness.model.call import Heard
from harness.model.persona import Voice
from harness.model.usage import Service, Side, Unit, Usage, pooled
from harness.services.anthropic_llm import AnthropicLLM
from harness.services.cassette_files import CassetteFolder
from harness.services.cassettes import CassetteLLM, CassetteMode
from harness.services.openai_llm import OpenAILLM
from harness.services.providers import Endpoint, lookup
from harness.services.scrubbing import Scrubber
from harness.services.speaking import VoicedMouth
from harness.services.speech_cache import CachedSTT, CachedTTS
from harness.voipbin.engine_models import parse_engine_model
from tests.wire.llm_server import LLMServer, Raw, Response, Status, Text

pytest.importorskip("openai", reason="needs the extra [openai]")
pytest.importorskip("anthropic", reason="needs the extra [anthropic]")

QUESTION = (Message(role=MessageRole.USER, content="Are you open?"),)
OPENAI, ANTHROPIC, MISTRAL = "openai.gpt-4o", "anthropic.claude-sonnet-5", "mistral.small"
ENDLESS = (
    'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":'
    '[{"index":0,"delta":{"content":"Yes."},"finish_reason":"stop"}]}\n\n'
    'data: {"broken\n\n'
)


@pytest.fixture
def server() -> Iterator[LLMServer]:
    with LLMServer() as running:
        yield running


def connect(server: LLMServer, engine_model: str) -> LLM:
    engine = parse_engine_model(engine_model)
    provider = lookup(engine.provider)
    if engine.provider == "anthropic":
        return AnthropicLLM(engine, endpoint=Endpoint(provider=provider, base_url=server.anthropic_url, key="k"))
    return OpenAILLM(engine, endpoint=Endpoint(provider=provider, base_url=server.openai_url, key="k"))


async def everything(llm: LLM) -> list[Delta]:
    return [delta async for delta in llm.stream(QUESTION)]


async def first_piece(llm: LLM) -> None:
    async with aclosing(llm.stream(QUESTION)) as deltas:  # type: ignore[type-var]
        await anext(deltas)


def charged(
    llm: LLM, listen: Callable[[LLM], Awaitable[object]] = everything, *, side: Side = Side.AGENT
) -> Sequence[Usage]:
    async def hold() -> Sequence[Usage]:
        with trial_scope("s::c[a]#1") as scope, asked_by(side), suppress(ServiceRejectedError):
            await listen(llm)
        return pooled(scope.usages)

    return asyncio.run(hold())


def tokens(model: str, unit: Unit, amount: float, *, side: Side = Side.AGENT, estimated: bool = False) -> Usage:
    return Usage(service=Service.LLM, side=side, model=model, unit=unit, amount=amount, estimated=estimated)


@pytest.mark.parametrize(("engine_model", "written"), [(OPENAI, 9), (ANTHROPIC, 5)], ids=["openai", "anthropic"])
@pytest.mark.parametrize("side", [Side.AGENT, Side.JUDGE])
def test_the_providers_own_count_is_charged_to_the_side_that_asked(
    server: LLMServer, engine_model: str, written: int, side: Side
) -> None:
    server.script([Text("We ", "do.")])
    assert charged(connect(server, engine_model), side=side) == (
        tokens(engine_model, Unit.CACHED_INPUT_TOKENS, 100, side=side),
        tokens(engine_model, Unit.INPUT_TOKENS, 20, side=side),
        tokens(engine_model, Unit.OUTPUT_TOKENS, written, side=side),
    )


def test_a_provider_that_takes_no_wish_for_a_count_is_not_asked_and_is_estimated(server: LLMServer) -> None:
    server.script([Text("Yes, ", "we do.")])
    read, written = charged(connect(server, MISTRAL))
    assert "stream_options" not in server.requests[0].body
    assert (written.amount, written.estimated, read.estimated) == (2.75, True, True)
    assert read.amount > len("Are you open?") / 4


def test_an_answer_that_was_cut_short_is_charged_as_far_as_it_was_heard(server: LLMServer) -> None:
    server.script([Text("Four", " and more")])
    read, written = charged(connect(server, OPENAI), first_piece)
    assert (read.estimated, written.amount, written.estimated) == (True, 1.0, True)


def test_a_broken_count_behind_a_whole_answer_does_not_spoil_it(server: LLMServer) -> None:
    server.script([Raw(ENDLESS)])
    _, written = charged(connect(server, OPENAI))
    assert (written.amount, written.estimated) == (1.0, True)


@pytest.mark.parametrize(
    ("engine_model", "response"),
    [(OPENAI, Status(400)), (ANTHROPIC, Status(401)), ("local.llama", Text("Yes."))],
    ids=["refused", "no key", "on this machine"],
)
def test_what_cost_nothing_is_not_counted(server: LLMServer, engine_model: str, response: Response) -> None:
    server.script([response])
    assert charged(connect(server, engine_model)) == ()


def test_a_recorded_answer_is_charged_once_and_its_replay_never(server: LLMServer, tmp_path: Path) -> None:
    server.script([Text("Yes.")])

    def behind(mode: CassetteMode) -> CassetteLLM:
        return CassetteLLM(
            OPENAI,
            make=lambda: connect(server, OPENAI),
            mode=mode,
            folder=CassetteFolder(tmp_path),
            scrubber=Scrubber(),
        )

    assert len(charged(behind(CassetteMode.RECORD))) == 3
    assert charged(behind(CassetteMode.REPLAY)) == ()


def test_nobody_is_charged_outside_a_trial(server: LLMServer) -> None:
    server.script([Text("Yes.")])
    assert asyncio.run(everything(connect(server, OPENAI)))[0] == Delta(text="Yes.")


class Loud:
    """Speaks and hears half a second of sound."""

    name = "openai:whisper-1"

    def require(self, language: str) -> None: ...

    async def synthesize(self, text: str, voice: Voice) -> Clip:
        return Clip(np.full(12_000, 500, dtype=np.int16), 24_000)

    async def transcribe(self, clip: Clip, *, language: str) -> Heard:
        return Heard(text="yes")


def test_a_line_is_charged_when_it_is_spoken_and_not_when_it_is_remembered(tmp_path: Path) -> None:
    mouth = VoicedMouth(CachedTTS(Loud(), tmp_path), Voice(name="openai:alloy"), side=Side.CALLER)

    async def speak() -> tuple[Usage, ...]:
        with trial_scope("t") as scope:
            await mouth.speak("Hello")
        return pooled(scope.usages)

    voice = {"service": Service.TTS, "side": Side.CALLER, "model": "openai:alloy"}
    assert asyncio.run(speak()) == (
        Usage(**voice, unit=Unit.CHARACTERS, amount=5),  # type: ignore[arg-type]
        Usage(**voice, unit=Unit.SECONDS, amount=0.5),  # type: ignore[arg-type]
    )
    assert asyncio.run(speak()) == ()


@pytest.mark.parametrize(("level", "seconds"), [(500, [0.5]), (0, [])], ids=["speech", "silence, which is not sent"])
def test_what_is_recognised_is_charged_by_the_second(tmp_path: Path, level: int, seconds: list[float]) -> None:
    clip = Clip(np.full(4_000, level, dtype=np.int16), 8_000)

    async def listen() -> list[float]:
        with trial_scope("t") as scope:
            await CachedSTT(Loud(), tmp_path).transcribe(clip, language="en")
        return [usage.amount for usage in scope.usages]

    assert asyncio.run(listen()) == seconds
