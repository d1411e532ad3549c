"""The engine of a flow: order, lists within lists, skipping, substitution, failures and limits."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import CallError
from harness.simulator.flows.flow import Activeflow, FlowEnd, Step, perform_by
from harness.simulator.kernel.world import World
from harness.telephone.clock import VirtualClock
from harness.voipbin.actions import EMPTY_ID, Action, ActionType, Media, survives_failure
from harness.voipbin.resources import Kind

TALK, SLEEP, PLAY, FETCH = ActionType.TALK, ActionType.SLEEP, ActionType.PLAY, ActionType.FETCH_FLOW
Answer = Step | Callable[[Activeflow, Action], Step]


class Run:
    """An activeflow whose actions answer what the test wants, and what came of it."""

    def __init__(
        self,
        *actions: Action,
        steps: Mapping[ActionType, Answer] | None = None,
        medium: Media = Media.CALL,
        variables: dict[str, str] | None = None,
    ) -> None:
        self.entered: list[Action] = []
        self.ended: list[FlowEnd] = []
        self._answers: dict[ActionType, Answer] = {SLEEP: Step.BLOCKED, **(steps or {})}
        world = World(clock=VirtualClock(), seed=1)
        self.record = world.create(Kind.ACTIVEFLOW)
        self.flow = Activeflow(
            actions,
            world=world,
            record=self.record,
            variables=variables or {},
            medium=medium,
            perform=self._perform,
            on_end=self.ended.append,
        )

    def _perform(self, flow: Activeflow, action: Action) -> Step:
        self.entered.append(action)
        answer = self._answers.get(action.type, Step.DONE)
        return answer if isinstance(answer, Step) else answer(flow, action)

    @property
    def types(self) -> list[str]:
        return [action.type.value for action in self.entered]

    @property
    def ids(self) -> list[str]:
        return [action.id for action in self.entered]

    def resume(self) -> "Run":
        asyncio.run(self.flow.resume())
        return self


def pushing(**lists: list[Action]) -> Callable[[Activeflow, Action], Step]:
    """Answer an action by running the list that goes by its id."""

    def push(flow: Activeflow, action: Action) -> Step:
        flow.push(lists[action.id])
        return Step.DONE

    return push


def test_actions_run_in_order_and_the_end_of_the_list_is_the_end() -> None:
    run = Run(Action(type=TALK), Action(type=PLAY)).resume()
    assert run.types == ["talk", "play"]
    assert run.ended == [FlowEnd.FINISHED]


def test_action_that_blocks_holds_the_next_one_back() -> None:
    run = Run(Action(type=SLEEP), Action(type=TALK)).resume()
    assert run.types == ["sleep"]
    assert run.resume().types == ["sleep", "talk"]


def test_every_action_has_an_id_and_is_kept_with_the_moment_it_began() -> None:
    run = Run(Action(type=TALK), Action(type=FETCH, id="f"), steps={FETCH: pushing(f=[Action(type=PLAY)])}).resume()
    executed = run.record["executed_actions"]
    assert [each["type"] for each in executed] == ["talk", "fetch_flow", "play"]
    assert EMPTY_ID not in [each["id"] for each in executed]
    assert all(each["tm_execute"] == 0 for each in executed)
    assert run.record["current_action"] == executed[-1]


@pytest.mark.parametrize(
    ("actions", "entered"),
    [
        pytest.param([("a", "c"), ("b", ""), ("c", "")], ["a", "c"], id="forward"),
        pytest.param([("a", "nowhere"), ("b", "")], ["a", "b"], id="to an action there is not"),
        pytest.param([("a", EMPTY_ID), ("b", "")], ["a", "b"], id="empty"),
    ],
)
def test_next_id_leads_to_its_action(actions: list[tuple[str, str]], entered: list[str]) -> None:
    assert Run(*[Action(type=TALK, id=id, next_id=to or EMPTY_ID) for id, to in actions]).resume().ids == entered


def test_list_within_a_list_returns_to_where_it_was_called() -> None:
    inner = [Action(type=TALK, id="x"), Action(type=FETCH, id="g"), Action(type=TALK, id="z")]
    run = Run(
        Action(type=FETCH, id="f"),
        Action(type=TALK, id="end"),
        steps={FETCH: pushing(f=inner, g=[Action(type=TALK, id="y")])},
    ).resume()
    assert run.ids == ["f", "x", "g", "y", "z", "end"]
    assert run.ended == [FlowEnd.FINISHED]


def test_next_id_of_the_calling_action_holds_when_its_list_is_over() -> None:
    run = Run(
        Action(type=FETCH, id="f", next_id="c"),
        Action(type=TALK, id="b"),
        Action(type=TALK, id="c"),
        steps={FETCH: pushing(f=[Action(type=TALK, id="x")])},
    ).resume()
    assert run.ids == ["f", "x", "c"]


def test_next_id_in_a_list_may_lead_out_of_it_for_good() -> None:
    inner = [Action(type=TALK, id="x", next_id="c"), Action(type=TALK, id="never")]
    run = Run(
        Action(type=FETCH, id="f"),
        Action(type=TALK, id="b"),
        Action(type=TALK, id="c"),
        steps={FETCH: pushing(f=inner)},
    ).resume()
    assert run.ids == ["f", "x", "c"]


def test_action_that_was_pointed_at_comes_next_wherever_it_stands() -> None:
    def jump(flow: Activeflow, action: Action) -> Step:
        flow.forward("c")
        flow.forward("nowhere")
        return Step.DONE

    run = Run(Action(type=PLAY), Action(type=TALK, id="b"), Action(type=TALK, id="c"), steps={PLAY: jump}).resume()
    assert run.ids[1:] == ["c"]


@pytest.mark.parametrize(
    ("medium", "skipped", "run"),
    [
        (Media.CALL, ["ai_summary", "ai_task", "block"], ["talk", "variable_set"]),
        (Media.OTHER, ["talk", "answer", "connect", "transcribe_start"], ["block", "variable_set", "ai_talk"]),
    ],
    ids=["call", "no call"],
)
def test_actions_for_other_media_are_skipped_without_a_word(medium: Media, skipped: list[str], run: list[str]) -> None:
    actions = [Action(type=ActionType(name)) for name in (*skipped, *run, skipped[0])]
    held = Run(*actions, medium=medium).resume()
    assert held.types == run
    assert [each["type"] for each in held.record["executed_actions"]] == run
    assert held.ended == [FlowEnd.FINISHED]


def test_texts_of_options_are_substituted_however_deep_before_the_action_runs() -> None:
    option = {"text": "Hi ${name}${nobody}", "list": ["${name}", 3, {"deep": "<${name}>"}], "count": 7, "on": True}
    run = Run(Action(type=TALK, option=option), variables={"name": "Ada"}).resume()
    expected = {"text": "Hi Ada", "list": ["Ada", 3, {"deep": "<Ada>"}], "count": 7, "on": True}
    assert dict(run.entered[0].option) == expected
    assert run.record["current_action"]["option"] == expected


def test_what_an_action_sets_the_next_one_reads() -> None:
    def remember(flow: Activeflow, action: Action) -> Step:
        flow.variables["name"] = "Ada"
        return Step.DONE

    run = Run(Action(type=PLAY), Action(type=TALK, option={"text": "${name}"}), steps={PLAY: remember}).resume()
    assert run.entered[1].option["text"] == "Ada"


@pytest.mark.parametrize("type_", ActionType, ids=str)
def test_failure_ends_the_flow_unless_the_call_manager_or_nobody_minds(type_: ActionType) -> None:
    medium = Media.CALL if Action(type=type_).runs_in(Media.CALL) else Media.OTHER

    def fail(flow: Activeflow, action: Action) -> Step:
        raise CallError("broken")

    run = Run(Action(type=type_, id="first"), Action(type=ActionType.STOP), steps={type_: fail}, medium=medium).resume()
    goes_on = survives_failure(type_)
    assert run.ended == [FlowEnd.FINISHED if goes_on and type_ is not ActionType.STOP else FlowEnd.FAILED]
    assert run.flow.failure == "broken"


def test_type_without_an_executor_fails_by_its_name() -> None:
    run = Run(Action(type=ActionType.CONNECT), steps={ActionType.CONNECT: lambda f, a: perform(f, a)})

    def perform(flow: Activeflow, action: Action) -> Step:
        outcome = perform_by({})(flow, action)
        assert isinstance(outcome, Step)
        return outcome

    run.resume()
    assert run.ended == [FlowEnd.FAILED]
    assert run.flow.failure == "the action 'connect' cannot be executed"


@pytest.mark.parametrize(
    ("step", "end"), [(Step.FAILED, FlowEnd.FAILED), (Step.STOP, FlowEnd.FINISHED)], ids=["failed", "stop"]
)
def test_flow_may_end_before_its_list_does(step: Step, end: FlowEnd) -> None:
    run = Run(Action(type=FETCH), Action(type=TALK), steps={FETCH: step}).resume()
    assert run.types == ["fetch_flow"]
    assert run.ended == [end]
    assert run.resume().ended == [end]


@pytest.mark.parametrize(
    ("how", "end"), [("stop", FlowEnd.STOPPED), ("finish", FlowEnd.FINISHED), ("fail", FlowEnd.FAILED)]
)
def test_flow_that_was_ended_goes_on_with_nothing(how: str, end: FlowEnd) -> None:
    run = Run(Action(type=SLEEP), Action(type=TALK)).resume()
    run.flow.fail("no reason") if how == "fail" else getattr(run.flow, how)()
    assert run.resume().types == ["sleep"]
    assert run.ended == [end]
    assert not run.flow.is_running


def test_endless_flow_is_stopped_at_the_platforms_hundred_actions() -> None:
    run = Run(Action(type=TALK, id="a", next_id="a")).resume()
    assert len(run.entered) == 100
    assert run.ended == [FlowEnd.LIMIT]


def test_hundred_actions_are_not_too_many() -> None:
    assert Run(*[Action(type=TALK)] * 100).resume().ended == [FlowEnd.FINISHED]


def test_flow_that_skips_for_ever_is_stopped_too() -> None:
    run = Run(Action(type=ActionType.BLOCK, id="a", next_id="a")).resume()
    assert run.entered == []
    assert run.ended == [FlowEnd.LIMIT]


def test_lists_are_nested_a_hundred_deep_and_no_deeper() -> None:
    def deeper(flow: Activeflow, action: Action) -> Step:
        flow.push([Action(type=FETCH)])
        return Step.DONE

    run = Run(Action(type=FETCH), steps={FETCH: deeper}).resume()
    assert run.ended == [FlowEnd.LIMIT]
    assert len(run.entered) == 100


IDS = st.sampled_from("abcdefgh")
ACTIONS = st.lists(
    st.builds(
        Action,
        type=st.sampled_from([TALK, SLEEP, PLAY, FETCH, ActionType.BLOCK, ActionType.STOP, ActionType.AI_TALK]),
        id=IDS,
        next_id=st.one_of(st.just(EMPTY_ID), IDS, st.just("nowhere")),
    ),
    max_size=8,
)
ANSWERS = st.lists(
    st.tuples(st.sampled_from(Step), st.one_of(st.none(), IDS), st.one_of(st.none(), ACTIONS)), min_size=1
)


@settings(max_examples=60)
@given(actions=ACTIONS, answers=ANSWERS, medium=st.sampled_from([Media.CALL, Media.OTHER]))
def test_every_flow_ends_or_waits_within_its_limits(
    actions: list[Action], answers: list[tuple[Step, str | None, list[Action] | None]], medium: Media
) -> None:
    def answer(flow: Activeflow, action: Action) -> Step:
        step, target, pushed = answers[len(run.entered) % len(answers)]
        if target is not None:
            flow.forward(target)
        if pushed is not None:
            flow.push(pushed)
        return step

    every: Any = dict.fromkeys(ActionType, answer)
    run = Run(*actions, steps=every, medium=medium)
    for _ in range(120):
        run.resume()
        assert len(run.entered) <= 100
        assert len(run.ended) == (0 if run.flow.is_running else 1)
    assert run.ended
    assert all(action.runs_in(medium) for action in run.entered)
