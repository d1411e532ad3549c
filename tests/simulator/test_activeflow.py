import asyncio

import pytest

from harness.errors import ConfigurationError
from harness.simulator.clock import VirtualClock
from harness.simulator.flow import Activeflow, FlowEnd, Step
from harness.simulator.log import EventLog
from harness.voipbin.actions import Action, ActionType

TALK, SLEEP, PLAY = ActionType.TALK, ActionType.SLEEP, ActionType.PLAY


class Run:
    """An activeflow whose actions answer what the test wants, and what came of it."""

    def __init__(self, *actions: Action, steps: dict[ActionType, Step] | None = None) -> None:
        self.entered: list[str] = []
        self.ended: list[FlowEnd] = []
        log = EventLog(VirtualClock())
        log.watch(lambda event: self.entered.append(str(event.data["type"])))
        answers = {TALK: Step.DONE, SLEEP: Step.BLOCKED, PLAY: Step.DONE, **(steps or {})}
        self.flow = Activeflow(
            actions,
            executors={type_: lambda action: answers[action.type] for type_ in answers},
            log=log,
            on_end=self.ended.append,
        )

    def resume(self) -> "Run":
        asyncio.run(self.flow.resume())
        return self


def test_actions_run_in_order_and_the_end_of_the_list_is_the_end() -> None:
    run = Run(Action(type=TALK), Action(type=PLAY)).resume()
    assert run.entered == ["talk", "play"]
    assert run.ended == [FlowEnd.FINISHED]


def test_action_that_blocks_holds_the_next_one_back() -> None:
    run = Run(Action(type=SLEEP), Action(type=TALK)).resume()
    assert run.entered == ["sleep"]
    assert run.resume().entered == ["sleep", "talk"]


def test_next_id_leads_to_its_action() -> None:
    run = Run(Action(type=TALK, next_id="c"), Action(type=SLEEP), Action(type=PLAY, id="c")).resume()
    assert run.entered == ["talk", "play"]


def test_endless_flow_is_stopped_at_the_platforms_limit() -> None:
    run = Run(Action(type=TALK, id="a", next_id="a")).resume()
    assert len(run.entered) == 100
    assert run.ended == [FlowEnd.LIMIT]


def test_action_for_other_media_is_skipped_without_a_word() -> None:
    run = Run(Action(type=ActionType.AI_SUMMARY), Action(type=TALK)).resume()
    assert run.entered == ["talk"]


@pytest.mark.parametrize(
    ("step", "end"), [(Step.FAILED, FlowEnd.FAILED), (Step.STOP, FlowEnd.FINISHED)], ids=["failed", "stop"]
)
def test_flow_may_end_before_its_list_does(step: Step, end: FlowEnd) -> None:
    run = Run(Action(type=PLAY), Action(type=TALK), steps={PLAY: step}).resume()
    assert run.entered == ["play"]
    assert run.ended == [end]
    assert run.resume().ended == [end]


def test_stopped_flow_goes_on_with_nothing_and_tells_nobody() -> None:
    run = Run(Action(type=SLEEP), Action(type=TALK)).resume()
    run.flow.stop()
    assert run.resume().entered == ["sleep"]
    assert run.ended == []


def test_action_that_cannot_be_executed_is_named_before_anything_runs() -> None:
    with pytest.raises(ConfigurationError, match=r"actions\[1\].*'queue_join'.*play, sleep, talk"):
        Run(Action(type=TALK), Action(type=ActionType.QUEUE_JOIN))


def test_next_id_without_an_action_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="next_id 'nowhere'"):
        Run(Action(type=TALK, next_id="nowhere"))
