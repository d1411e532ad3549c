"""Keys: what a flow gathers of them, and what it decides by them."""

from typing import Any

import pytest

from harness.model.call import EventKind
from harness.voipbin.variables import DIGITS
from tests.simulator.stage import HOUR_MS, Line, Stage, action

LISTENS_MS = 10_000


def gather(presses: str, *then: dict[str, Any], **option: Any) -> tuple[Stage, Line]:
    """Hold a call that gathers keys; they are pressed from 1,000 ms on, one every 200 ms."""
    stage = Stage()
    receive = action("digits_receive", **({"duration": LISTENS_MS} | option))
    line = stage.incoming(action("answer"), receive, action("variable_set", key="got", value=f"${{{DIGITS}}}"), *then)
    line.presses(presses, at_ms=1_000)
    stage.run(for_ms=HOUR_MS)
    return stage, line


@pytest.mark.parametrize(
    ("option", "presses", "got", "ended_ms"),
    [
        pytest.param({"length": 2}, "123", "12", 1_200, id="enough"),
        pytest.param({"key": "#"}, "12#4", "12", 1_400, id="a key ends it and is none of them"),
        pytest.param({"key": "*#"}, "1*", "1", 1_200, id="either key"),
        pytest.param({"key": "#"}, "#", "", 1_000, id="the key at once"),
        pytest.param({"length": 3, "key": "#"}, "1#", "1", 1_200, id="the key before enough"),
        pytest.param({"length": 1, "key": "#"}, "1#", "1", 1_000, id="enough before the key"),
        pytest.param({}, "12", "12", None, id="time is up"),
        pytest.param({"length": 5}, "12", "12", None, id="time is up before enough"),
        pytest.param({"length": 5}, "", "", None, id="nothing"),
        pytest.param({"duration": 1_100}, "12", "1", None, id="too late"),
    ],
)
def test_keys_add_up_until_there_are_enough_or_time_is_up(
    option: dict[str, Any], presses: str, got: str, ended_ms: int | None
) -> None:
    stage, line = gather(presses, **option)
    began_ms = line.entered_ms("digits_receive")
    assert stage.variables(line)["got"] == got
    expected_ms = began_ms + option.get("duration", LISTENS_MS) if ended_ms is None else ended_ms
    assert line.entered_ms("variable_set") == expected_ms


def test_gathered_keys_are_still_there_while_the_next_action_runs() -> None:
    stage, line = gather("12", action("talk", text="One moment please"), length=2)
    assert stage.variables(line)[DIGITS] == "12"
    assert line.spoken() == ["One moment please"]


def test_key_outside_of_gathering_takes_the_place_of_the_one_before() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=5_000))
    line.presses("12", at_ms=1_000)
    stage.run(for_ms=4_000)
    assert stage.variables(line)[DIGITS] == "2"


def test_gathering_begins_anew_and_is_forgotten_with_the_call() -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("sleep", duration=2_000), action("digits_receive", duration=60_000))
    line.presses("9", at_ms=1_000)
    line.presses("1", at_ms=3_000)
    stage.at(4_000, lambda: stage.platform.leg(line.leg.id).hang_up())
    stage.run(for_ms=HOUR_MS)
    assert stage.variables(line)[DIGITS] == "1"
    assert stage.clock.next_ms() is None


MENU = (
    action("branch", target_ids={"1": "sales", "2": "service"}, default_target_id="else"),
    action("talk", text="following"),
    action("stop"),
    action("talk", id="sales", text="sales"),
    action("stop"),
    action("talk", id="service", text="service"),
    action("stop"),
    action("talk", id="else", text="else"),
)


@pytest.mark.parametrize(("key", "said"), [("1", "sales"), ("2", "service"), ("3", "else"), ("", "else")])
def test_branch_leads_where_the_keys_say_and_forgets_them(key: str, said: str) -> None:
    stage, line = gather(key, *MENU, length=1)
    assert line.spoken() == [said]
    assert stage.variables(line)[DIGITS] == ""


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"variable": "mood", "target_ids": {"good": "sales"}}, "sales"),
        ({"variable": "mood", "target_ids": {"bad": "sales"}, "default_target_id": "service"}, "service"),
        ({"variable": "mood", "target_ids": {"bad": "sales"}}, "following"),
        ({"variable": "mood", "target_ids": {"good": "nowhere"}}, "following"),
        ({"variable": "unknown", "default_target_id": "else"}, "else"),
        ({"variable": "mood", "target_ids": ["sales"]}, "following"),
    ],
    ids=["matches", "default", "no default", "leads nowhere", "unknown", "no object"],
)
def test_branch_reads_any_variable(option: dict[str, Any], said: str) -> None:
    stage = Stage()
    line = stage.incoming(action("answer"), action("branch", **option), *MENU[1:], variables={"mood": "good"})
    stage.run(for_ms=HOUR_MS)
    assert line.spoken() == [said]
    assert stage.variables(line)[option["variable"]] == ""


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (action("condition_call_digits", length=2), True),
        (action("condition_call_digits", length=3), False),
        (action("condition_call_digits", key="#2"), True),
        (action("condition_call_digits", key="#"), False),
        (action("condition_call_digits"), False),
        (action("condition_call_status", status="progressing"), True),
        (action("condition_call_status", status="ringing"), False),
        (action("condition_variable", variable="${got}", condition="==", value_type="string", value_string="12"), True),
        (action("condition_variable", variable="${got}", condition=">", value_type="number", value_number=12), False),
        (action("condition_variable", variable="${got}", condition="==", value_type="length", value_length=2), True),
        (action("condition_variable", variable="${no}", condition="!=", value_string=""), False),
        (action("condition_datetime", condition=">=", hour=0), True),
        (action("condition_datetime", condition="==", month=7), False),
        (action("condition_datetime", weekdays=[4]), True),
    ],
    ids=lambda value: f"{value['type']} {value['option']}" if isinstance(value, dict) else "",
)
def test_condition_that_does_not_hold_leads_elsewhere(condition: dict[str, Any], holds: bool) -> None:
    condition["option"]["false_target_id"] = "otherwise"
    then = (action("talk", text="yes"), action("stop"), action("talk", id="otherwise", text="no"))
    _, line = gather("12", condition, *then, length=2)
    assert line.spoken() == ["yes" if holds else "no"]


@pytest.mark.parametrize(("count", "times"), [(0, 1), (2, 3), (None, 1), ("2", 1)], ids=str)
def test_goto_goes_back_as_often_as_it_says(count: object, times: int) -> None:
    stage = Stage()
    back = action("goto", target_id="again", loop_count=count)
    line = stage.incoming(action("answer"), action("beep", id="again"), back, action("play", stream_urls=["a"]))
    stage.run(for_ms=HOUR_MS)
    assert line.entered == ["answer", *["beep", "goto"] * times, "play"]


def test_each_goto_of_each_flow_counts_for_itself() -> None:
    stage = Stage()
    actions = [action("answer"), action("beep", id="a"), action("goto", id="g", target_id="a", loop_count=1)]
    lines = [stage.incoming(*actions, action("goto", id="h", target_id="a", loop_count=1)) for _ in range(2)]
    stage.run(for_ms=HOUR_MS)
    assert [line.entered.count("beep") for line in lines] == [3, 3]


def test_keys_of_a_flow_are_no_events_of_the_caller() -> None:
    _, line = gather("1", length=1)
    assert not line.of(EventKind.DTMF)
