"""The history a language model is shown: no provider accepts a call without its result right behind it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.interfaces import Message, MessageRole, ToolCall
from harness.simulator.sessions.history import STILL_RUNNING, in_order


def user(text: str) -> Message:
    return Message(role=MessageRole.USER, content=text)


def assistant(text: str, *ids: str) -> Message:
    calls = tuple(ToolCall(id=id, name="get_variables", arguments="{}") for id in ids)
    return Message(role=MessageRole.ASSISTANT, content=text, tool_calls=calls)


def result(id: str) -> Message:
    return Message(role=MessageRole.TOOL, content=f"result of {id}", tool_call_id=id)


def running(id: str) -> Message:
    return Message(role=MessageRole.TOOL, content=STILL_RUNNING, tool_call_id=id)


@pytest.mark.parametrize(
    ("history", "shown"),
    [
        pytest.param([], [], id="empty"),
        pytest.param([user("a"), assistant("b")], [user("a"), assistant("b")], id="no tools"),
        pytest.param([assistant("", "1"), result("1")], [assistant("", "1"), result("1")], id="in order already"),
        pytest.param(
            [assistant("", "1"), user("a"), assistant("b"), result("1"), user("c")],
            [assistant("", "1"), result("1"), user("a"), assistant("b"), user("c")],
            id="people spoke meanwhile",
        ),
        pytest.param(
            [assistant("", "1"), user("a")], [assistant("", "1"), running("1"), user("a")], id="still running"
        ),
        pytest.param(
            [assistant("", "1", "2"), result("2"), user("a")],
            [assistant("", "1", "2"), running("1"), result("2"), user("a")],
            id="one of two",
        ),
        pytest.param(
            [assistant("", "1", "2"), result("2"), result("1")],
            [assistant("", "1", "2"), result("1"), result("2")],
            id="the second was quicker",
        ),
        pytest.param(
            [assistant("", "1"), assistant("", "2"), result("1"), result("2")],
            [assistant("", "1"), result("1"), assistant("", "2"), result("2")],
            id="two answers",
        ),
        pytest.param([result("9"), user("a")], [user("a")], id="a result of nothing"),
        pytest.param(
            [assistant("a", "1"), result("1"), assistant("b", "1"), user("c")],
            [assistant("a", "1"), result("1"), assistant("b", "1"), running("1"), user("c")],
            id="the same id again",
        ),
    ],
)
def test_results_stand_behind_their_calls(history: list[Message], shown: list[Message]) -> None:
    assert in_order(history) == tuple(shown)


IDS = st.sampled_from("123456")
ONE = st.one_of(
    st.builds(user, st.text(max_size=3)),
    st.builds(lambda ids: assistant("x", *ids), st.lists(IDS, unique=True, max_size=3)),
    st.builds(result, IDS),
)


def once_each(history: Sequence[Message]) -> list[Message]:
    """Leave out what no session makes: a call id that is used twice."""
    seen: set[str] = set()
    kept = []
    for message in history:
        ids = {call.id for call in message.tool_calls}
        if not ids & seen:
            seen |= ids
            kept.append(message)
    return kept


@given(st.lists(ONE, max_size=12).map(once_each))
def test_no_call_is_left_open_and_no_word_is_lost(history: list[Message]) -> None:
    shown = in_order(history)
    assert [m for m in shown if m.role is not MessageRole.TOOL] == [
        m for m in history if m.role is not MessageRole.TOOL
    ]
    expected: list[str] = []
    for message in shown:
        if message.role is MessageRole.TOOL:
            assert expected.pop(0) == message.tool_call_id
        else:
            assert not expected
            expected = [call.id for call in message.tool_calls]
    assert not expected
