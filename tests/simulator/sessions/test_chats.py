"""AI calls without a telephone: written messages and their answers."""

from typing import Any

import pytest

from harness.errors import ApiError, ServiceError
from harness.interfaces import MessageRole
from harness.testing.speech import ScriptedAgent
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record
from tests.simulator.stage import AI, Stage


class Chat:
    """A chat with an AI of this prompt, and what can be asked about it."""

    def __init__(self, *replies: Any, mode: Mode = Mode.CURRENT, **ai: Any) -> None:
        self.agent = ScriptedAgent(*(replies or ("Hello.",)))
        self.stage = Stage(agent=self.agent, mode=mode)
        made = self.stage.platform.ais.create({**AI, **ai})
        self.record = start(self.stage, made["id"])

    def send(self, content: str, *, role: str = "user", for_ms: int = 3_000) -> Record:
        stored = self.stage.platform.send_message(self.record["id"], role=role, content=content)
        self.stage.run(for_ms=for_ms)
        return stored


def start(stage: Stage, id: str, *, kind: str = "ai") -> Record:
    return stage.platform.start_aicall(assistance_type=kind, assistance_id=id, reference_type="", reference_id="")


@pytest.mark.parametrize("mode", Mode, ids=str)
def test_message_is_answered_in_every_mode(mode: Mode) -> None:
    chat = Chat("Hi Ada.", mode=mode)
    chat.send("I am Ada")
    assert chat.stage.messages() == [("user", "I am Ada"), ("assistant", "Hi Ada.")]
    assert chat.stage.messages("system")[1] == ("system", AI["init_prompt"])
    assert (chat.record["status"], chat.record["reference_type"], chat.record["reference_id"]) == (
        "progressing",
        "",
        None,
    )
    assert chat.stage.told("aicall") == ["aicall_status_initializing", "aicall_status_progressing"]


def test_nobody_is_greeted_in_writing() -> None:
    chat = Chat("Hello.")
    chat.stage.run(for_ms=600_000)
    assert chat.agent.asked == []


@pytest.mark.parametrize("role", ["user", "assistant", "system", ""])
def test_message_is_the_users_whatever_was_asked_for(role: str) -> None:
    stored = Chat().send("Hi", role=role)
    assert (stored["role"], stored["direction"]) == ("user", "outgoing")


@pytest.mark.parametrize(
    ("mode", "status", "reason"),
    [(Mode.SEED, 500, "INTERNAL"), (Mode.CURRENT, 500, "INTERNAL"), (Mode.STRICT, 400, "INVALID_ARGUMENT")],
    ids=str,
)
@pytest.mark.parametrize(("after_ms", "is_refused"), [(0, True), (2_999, True), (3_000, False)], ids=str)
def test_messages_must_be_three_seconds_apart(
    mode: Mode, status: int, reason: str, after_ms: int, is_refused: bool
) -> None:
    chat = Chat(mode=mode)
    chat.send("First", for_ms=after_ms)
    if is_refused:
        with pytest.raises(ApiError, match="3 s apart") as refused:
            chat.send("Second")
        assert (refused.value.http_status, refused.value.reason) == (status, reason)
    else:
        chat.send("Second")
    users = [content for _, content in chat.stage.messages("user")]
    assert users == (["First"] if is_refused else ["First", "Second"])


def test_refused_message_does_not_make_the_next_one_wait_longer() -> None:
    chat = Chat()
    chat.send("First", for_ms=2_000)
    with pytest.raises(ApiError):
        chat.send("Second", for_ms=0)
    chat.stage.run(for_ms=1_000)
    assert chat.send("Third")["content"] == "Third"


def test_model_is_shown_the_last_hundred_messages_and_no_instruction() -> None:
    chat = Chat("Yes.")
    for number in range(60):
        chat.send(str(number))
    last = chat.agent.asked[-1]
    assert len(last) == 100
    assert last[-1].content == "59"
    assert {message.role for message in last} == {MessageRole.USER, MessageRole.ASSISTANT}
    assert [message.content for message in chat.agent.asked[1]] == ["0", "Yes.", "1"]


def test_chat_that_is_terminated_takes_no_more_messages_and_is_ended_once() -> None:
    chat = Chat()
    chat.send("Hi")
    for _ in range(2):
        chat.stage.platform.terminate_aicall(chat.record["id"])
    with pytest.raises(ApiError) as refused:
        chat.send("Still there?")
    assert (refused.value.http_status, refused.value.reason) == (409, "STATE_INVALID")
    assert chat.record["tm_end"] == 3_000
    assert chat.stage.told("aicall_status_term") == ["aicall_status_terminating", "aicall_status_terminated"]


def test_answer_that_comes_after_the_end_is_lost() -> None:
    chat = Chat("Too late.")
    chat.send("Hi", for_ms=0)
    chat.stage.platform.terminate_aicall(chat.record["id"])
    chat.stage.run(for_ms=10_000)
    assert chat.stage.messages("assistant") == []


def test_model_that_fails_leaves_a_message_without_an_answer() -> None:
    chat = Chat(ServiceError("broken", service="llm"), "Back.")
    chat.send("First")
    chat.send("Second")
    assert chat.stage.messages("assistant") == [("assistant", "Back.")]


@pytest.mark.parametrize("mode", Mode, ids=str)
@pytest.mark.parametrize(("kind", "reason"), [("ai", "AI_NOT_FOUND"), ("team", "TEAM_NOT_FOUND")])
def test_chat_with_nobody_is_refused(mode: Mode, kind: str, reason: str) -> None:
    with pytest.raises(ApiError) as refused:
        start(Stage(mode=mode), "00000000-0000-4000-8000-000000000000", kind=kind)
    assert (refused.value.http_status, refused.value.reason) == (404, reason)


@pytest.mark.parametrize("act", ["send_message", "terminate_aicall"])
def test_unknown_chat_is_not_found(act: str) -> None:
    platform = Stage().platform
    acts = {
        "send_message": lambda: platform.send_message("nobody", role="user", content="Hi"),
        "terminate_aicall": lambda: platform.terminate_aicall("nobody"),
    }
    with pytest.raises(ApiError) as refused:
        acts[act]()
    assert (refused.value.http_status, refused.value.reason) == (404, "AICALL_NOT_FOUND")


@pytest.mark.parametrize(("mode", "status"), [(Mode.SEED, None), (Mode.CURRENT, 500), (Mode.STRICT, 400)], ids=str)
def test_model_the_runner_cannot_start_is_told_by_the_mode(mode: Mode, status: int | None) -> None:
    if status is None:
        assert Chat(mode=mode, engine_model="anthropic.claude").record["status"] == "progressing"
        return
    with pytest.raises(ApiError) as refused:
        Chat(mode=mode, engine_model="anthropic.claude")
    assert refused.value.http_status == status


def test_chats_do_not_hear_one_another() -> None:
    chat = Chat()
    other = start(chat.stage, chat.stage.records(Kind.AI)[0]["id"])
    chat.send("Mine")
    chat.stage.platform.send_message(other["id"], role="user", content="Yours")
    chat.stage.run(for_ms=3_000)
    assert [message.content for message in chat.agent.asked[1]] == ["Yours"]
