"""Answers recorded and played: what comes back, what is kept, and what a hand-edited file is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from harness.errors import CassetteError, CassetteMissingError, ServiceError
from harness.interfaces import Delta, Message, MessageRole, Schema, StopReason, ToolCall, ToolSpec
from harness.interfaces.scope import trial_scope
from harness.services.cassette_files import CassetteFolder
from harness.services.cassettes import CassetteLLM, CassetteMode, played_ms
from harness.services.scripted_llm import Reply, ScriptedLLM
from harness.services.scrubbing import Scrubber
from harness.settings import CASSETTES
from harness.simulator.sessions.writing import Written, write

CALL = ToolCall(id="c1", name="look_up", arguments='{"title": broken')
END = Delta(stop=StopReason.END)
TOOL = ToolSpec(name="look_up", description="Look a title up", parameters={"type": "object"})
SCHEMA = Schema(name="line", document={"type": "object"})


class Ticking:
    """A clock that is 40 ms later each time it is looked at."""

    def __init__(self) -> None:
        self._ms = 0.0

    def now_ms(self) -> float:
        self._ms += 40
        return self._ms


class Replayed:
    """A clock on which nothing but recorded answers takes time."""

    def now_ms(self) -> float:
        return played_ms()


class Counting:
    """A model that says how often it was asked."""

    model = "openai.gpt-4o"

    def __init__(self) -> None:
        self.asked = 0

    async def stream(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[ToolSpec] = (),
        schema: Schema | None = None,
        max_tokens: int | None = None,
    ) -> AsyncIterator[Delta]:
        self.asked += 1
        yield Delta(text=f"answer {self.asked}")
        yield END


def said(*words: str) -> list[Message]:
    return [Message(role=MessageRole.USER, content=each) for each in words]


def recorder(folder: Path, *replies: Reply, clock: Ticking | None = None) -> CassetteLLM:
    model = ScriptedLLM(replies, model="openai.gpt-4o")
    return CassetteLLM(
        model.model,
        make=lambda: model,
        mode=CassetteMode.RECORD,
        folder=CassetteFolder(folder),
        scrubber=Scrubber({}),
        clock=clock,
    )


def player(folder: Path, *, clock: Ticking | None = None) -> CassetteLLM:
    def make() -> ScriptedLLM:
        raise AssertionError("a replay makes no model")

    return CassetteLLM(
        "openai.gpt-4o",
        make=make,
        mode=CassetteMode.REPLAY,
        folder=CassetteFolder(folder),
        scrubber=Scrubber({}),
        clock=clock,
    )


def ask(llm: CassetteLLM, messages: Sequence[Message] = (), *, trial: str = "desk::books[v1]#1") -> list[Delta]:
    async def collect() -> list[Delta]:
        with trial_scope(trial):
            return [delta async for delta in llm.stream(messages or said("hello"))]

    return asyncio.run(collect())


def only_file(folder: Path) -> Path:
    (path,) = folder.rglob("*.json")
    return path


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((Delta(text="Yes"), Delta(text=", "), Delta(text="we do.\n"), END), id="text in pieces"),
        pytest.param((Delta(text="Wait."), Delta(tool_call=CALL), Delta(stop=StopReason.TOOL_CALLS)), id="tool call"),
        pytest.param((Delta(tool_call=CALL), Delta(text="So."), Delta(tool_call=CALL), END), id="words between calls"),
        pytest.param((Delta(text="I can't."), Delta(stop=StopReason.REFUSAL)), id="refusal"),
        pytest.param((Delta(text="Once upon"), Delta(stop=StopReason.LENGTH)), id="cut at its limit"),
        pytest.param((END,), id="not a word"),
        pytest.param((Delta(text="네, 안녕 \ud800\u2028 👋"), END), id="any script, and half a surrogate"),
    ],
)
def test_a_replay_streams_the_same_deltas_in_the_same_order(tmp_path: Path, answer: tuple[Delta, ...]) -> None:
    assert ask(recorder(tmp_path, answer)) == list(answer)
    assert ask(player(tmp_path)) == list(answer)


def test_a_delta_that_says_several_things_is_played_as_several(tmp_path: Path) -> None:
    both = Delta(text="So.", tool_call=CALL, stop=StopReason.TOOL_CALLS)
    assert ask(recorder(tmp_path, (Delta(), both))) == [Delta(), both]
    assert ask(player(tmp_path)) == [
        Delta(text="So."),
        Delta(tool_call=CALL),
        Delta(stop=StopReason.TOOL_CALLS),
    ]


def test_whatever_shapes_the_answer_is_part_of_the_question(tmp_path: Path) -> None:
    llm = recorder(tmp_path, "yes")

    async def ask_all() -> None:
        call = Message(role=MessageRole.ASSISTANT, content="", tool_calls=(CALL,))
        result = Message(role=MessageRole.TOOL, content="hello", tool_call_id="c1")
        with trial_scope("t"):
            for stream in (
                llm.stream(said("hello")),
                llm.stream(said("hello!")),
                llm.stream([Message(role=MessageRole.ASSISTANT, content="hello")]),
                llm.stream([*said("hello"), call, result]),
                llm.stream(said("hello"), tools=[TOOL]),
                llm.stream(said("hello"), schema=SCHEMA),
                llm.stream(said("hello"), max_tokens=7),
            ):
                assert [delta async for delta in stream]

    asyncio.run(ask_all())
    assert len(list(tmp_path.rglob("*.json"))) == 7


def test_the_same_question_again_is_another_take_and_so_is_another_trial(tmp_path: Path) -> None:
    model = Counting()
    asking = CassetteLLM(
        model.model,
        make=lambda: model,
        mode=CassetteMode.RECORD,
        folder=CassetteFolder(tmp_path),
        scrubber=Scrubber({}),
    )

    async def trial(llm: CassetteLLM, name: str) -> list[str]:
        with trial_scope(name):
            # Asked for in one order and listened to in the other.
            first, second = llm.stream(said("hello")), llm.stream(said("hello"))
            later = "".join([delta.text async for delta in second])
            return ["".join([delta.text async for delta in first]), later]

    async def trials(llm: CassetteLLM, *names: str) -> list[list[str]]:
        return await asyncio.gather(*(trial(llm, name) for name in names))

    recorded = asyncio.run(trials(asking, "a#1", "a#2"))
    played = asyncio.run(trials(player(tmp_path), "a#2", "a#1"))

    assert sorted(words for answers in recorded for words in answers) == [f"answer {number}" for number in range(1, 5)]
    assert played == recorded[::-1]
    assert model.asked == 4


def test_outside_any_trial_the_order_of_asking_counts(tmp_path: Path) -> None:
    async def twice(llm: CassetteLLM) -> list[Delta]:
        return [delta for _ in range(2) async for delta in llm.stream(said("hello"))]

    recorded = asyncio.run(twice(recorder(tmp_path, "yes")))

    assert asyncio.run(twice(player(tmp_path))) == recorded
    assert {path.parent.name for path in tmp_path.rglob("*.json")} == {"outside-trials"}


def test_a_missing_answer_names_model_file_and_words_and_stays_with_the_trial(tmp_path: Path) -> None:
    folder = tmp_path / "cassettes"
    ask(recorder(folder, "yes"))

    async def miss() -> list[str]:
        with trial_scope("desk::books[v1]#1") as scope:
            with pytest.raises(CassetteMissingError) as missing:
                await anext(aiter(player(folder).stream(said("hello", "Do you sell  used\nbooks? " * 9))))
            return [str(missing.value), *scope.gaps]

    text, gap = asyncio.run(miss())
    assert text == gap
    assert text.startswith("openai.gpt-4o: there is no cassette cassettes/openai.gpt-4o/desk-books-v1-1-")
    assert 'begins "user: Do you sell used books? Do you sell used books? Do you' in text
    assert "--cassettes record" in text


@pytest.mark.parametrize(
    ("trial", "words"),
    [
        ("desk::books[v1]#1", "asks what it did not ask when it was recorded"),
        ("desk::books[v1]#2", "nothing is recorded of the trial desk::books[v1]#2"),
    ],
    ids=["changed", "never recorded"],
)
def test_a_missing_answer_says_whether_the_trial_was_recorded_at_all(tmp_path: Path, trial: str, words: str) -> None:
    ask(recorder(tmp_path, "yes"))

    with pytest.raises(CassetteMissingError, match="there is no cassette") as missing:
        ask(player(tmp_path), said("goodbye"), trial=trial)

    assert words in str(missing.value)


def test_an_answer_that_fails_or_is_not_listened_to_is_not_kept(tmp_path: Path) -> None:
    class Breaking(Counting):
        async def stream(
            self,
            messages: Sequence[Message],
            *,
            tools: Sequence[ToolSpec] = (),
            schema: Schema | None = None,
            max_tokens: int | None = None,
        ) -> AsyncIterator[Delta]:
            yield Delta(text="So far")
            raise ServiceError("broke off.", service="openai")

    breaking = CassetteLLM(
        "openai.gpt-4o",
        make=Breaking,
        mode=CassetteMode.AUTO,
        folder=CassetteFolder(tmp_path),
        scrubber=Scrubber({}),
    )

    async def leave() -> None:
        answer = recorder(tmp_path, "one two three").stream(said("hello"))
        await anext(answer)
        await answer.aclose()  # type: ignore[attr-defined]

    with pytest.raises(ServiceError, match="broke off"):
        ask(breaking)
    asyncio.run(leave())
    assert not list(tmp_path.rglob("*"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(lambda text: text[:40], "cannot be played", id="cut"),
        pytest.param(lambda text: "[]", "lacks one of trial", id="another document"),
        pytest.param(lambda text: text.replace('"cassette": 1', '"cassette": 9'), "version 9", id="newer version"),
        pytest.param(lambda text: text.replace("hello", "hullo"), "its request was changed", id="changed request"),
        pytest.param(lambda text: text.replace("we do.", "we don't."), "do not add up", id="changed answer"),
        pytest.param(lambda text: text.replace('"end"', '"fin"'), "neither text, nor tool call", id="unknown stop"),
        pytest.param(lambda text: text.replace('"pieces": "4 6"', '"pieces": 10'), "numbers", id="odd pieces"),
    ],
)
def test_a_file_that_was_damaged_says_how(tmp_path: Path, change: Callable[[str], str], words: str) -> None:
    folder = tmp_path / "cassettes"
    ask(recorder(folder, (Delta(text="Yes "), Delta(text="we do."), END)))
    path = only_file(folder)
    path.write_text(change(path.read_text()))

    with pytest.raises(CassetteError, match=words) as broken:
        ask(player(folder))

    assert f"cassettes/{path.relative_to(folder).as_posix()}" in str(broken.value)
    assert not isinstance(broken.value, CassetteMissingError)


def test_an_answer_may_be_written_by_hand(tmp_path: Path) -> None:
    ask(recorder(tmp_path, (Delta(text="Yes "), Delta(text="we do."), END)))
    path = only_file(tmp_path)
    document = json.loads(path.read_text())
    path.write_text(json.dumps(document | {"answer": [{"text": ["No,", "we don't."]}, {"stop": "end"}]}))

    assert ask(player(tmp_path)) == [Delta(text="No,\nwe don't."), END]


def test_a_file_in_the_place_of_another_is_not_played(tmp_path: Path) -> None:
    for words in ("hello", "goodbye"):
        ask(recorder(tmp_path, words), said(words))
    first, second = tmp_path.rglob("*.json")
    first.write_bytes(second.read_bytes())
    asked = {"hello", "goodbye"} - {json.loads(second.read_text())["request"]["messages"][0]["content"]}

    with pytest.raises(CassetteError, match="holds another question"):
        ask(player(tmp_path), said(*asked))


def test_times_are_kept_where_they_matter_and_a_replay_charges_them_without_waiting(tmp_path: Path) -> None:
    ask(recorder(tmp_path, "we do", clock=Ticking()))
    assert '"waits_ms": "40 40"' in only_file(tmp_path).read_text()

    async def listen() -> Written:
        with trial_scope("desk::books[v1]#1"):
            answer = player(tmp_path, clock=Ticking()).stream(said("hello"))
            return await write(answer, clock=Replayed(), service="openai", timeout_s=5, idle_close_s=None)

    written = asyncio.run(listen())
    assert (written.arrivals_ms, written.took_ms) == ((40, 80), 120)


def test_measured_latency_is_never_played_from_a_recording_without_times(tmp_path: Path) -> None:
    ask(recorder(tmp_path, "yes"))

    with pytest.raises(CassetteError, match="--latency measured"):
        ask(player(tmp_path, clock=Ticking()))


def test_a_folder_that_can_no_longer_be_written_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "openai.gpt-4o").write_text("a file")

    with pytest.raises(CassetteError, match="--cassette-dir"):
        ask(recorder(tmp_path, "yes"))


def test_the_words_of_the_setting_are_those_of_the_modes() -> None:
    assert tuple(mode.value for mode in CassetteMode) == CASSETTES
