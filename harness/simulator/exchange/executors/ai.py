"""Actions that bring the platform's AI, its transcriptions and its summaries into a flow."""

from collections.abc import Awaitable, Mapping
from functools import partial
from typing import Any

from harness.errors import CallError
from harness.simulator.calls.leg import Leg
from harness.simulator.calls.legs import Legs
from harness.simulator.exchange.live_summaries import LiveSummary
from harness.simulator.exchange.transcribes import Terms, Transcribes
from harness.simulator.flows.flow import Activeflow, Executor, Step
from harness.simulator.kernel.world import World
from harness.simulator.records.summaries import Summaries
from harness.simulator.sessions.aicalls import AICalls
from harness.simulator.sessions.casting import Casting
from harness.simulator.sessions.session import SessionEnd
from harness.simulator.sessions.talk import AITalk
from harness.voipbin.actions import Action, ActionType, parse_action
from harness.voipbin.resources import Kind
from harness.voipbin.variables import summary_variables, transcribe_variables

_SOURCES: Mapping[str, str] = {"source_type": "reference_type", "source_id": "reference_id"}
"""The tutorial's names and today's."""


class AIActions:
    """The executors of this module."""

    def __init__(
        self,
        *,
        world: World,
        legs: Legs,
        aicalls: AICalls,
        casting: Casting,
        transcribes: Transcribes,
        summaries: Summaries,
    ) -> None:
        """Take what they start."""
        self._world = world
        self._legs = legs
        self._aicalls = aicalls
        self._casting = casting
        self._transcribes = transcribes
        self._summaries = summaries
        self._joining: dict[str, AITalk] = {}

    @property
    def executors(self) -> Mapping[ActionType, Executor]:
        """Return what they do by action type."""
        return {
            ActionType.AI: partial(self._ai_talk, half_duplex=True),
            ActionType.AI_SUMMARY: self._ai_summary,
            ActionType.AI_TALK: self._ai_talk,
            ActionType.AI_TASK: self._ai_task,
            ActionType.CONFBRIDGE_JOIN: self._confbridge_join,
            ActionType.TRANSCRIBE_RECORDING: self._transcribe_recording,
            ActionType.TRANSCRIBE_START: self._transcribe_start,
        }

    def _ai_talk(self, flow: Activeflow, action: Action, *, half_duplex: bool = False) -> Step:
        leg = self._legs.find(flow.record["reference_id"])
        if leg is None:
            # In a conversation there is nobody to talk to; the flow goes on.
            return Step.DONE
        kind, id = self._assistance(action.option, flow)
        talk = self._aicalls.begin(
            leg,
            flow,
            assistance_type=kind,
            assistance_id=id,
            half_duplex=half_duplex,
            on_over=partial(self._over, flow),
        )
        if talk is None:
            raise CallError("the AI session could not start")
        bridge = talk.aicall["confbridge_id"]
        self._joining[bridge] = talk
        flow.push([parse_action({"type": ActionType.CONFBRIDGE_JOIN.value, "option": {"confbridge_id": bridge}})])
        return Step.DONE

    def _confbridge_join(self, flow: Activeflow, action: Action) -> Step:
        talk = self._joining.pop(str(action.option.get("confbridge_id") or ""), None)
        if talk is None:
            raise CallError(f"there is no bridge {action.option.get('confbridge_id')!r} to join")
        talk.start()
        return Step.BLOCKED

    def _over(self, flow: Activeflow, how: SessionEnd) -> Awaitable[None] | None:
        match how:
            case SessionEnd.SERVICE_STOPPED:
                return flow.resume()
            case SessionEnd.FLOW_STOPPED:
                flow.finish()
                return None

    def _ai_task(self, flow: Activeflow, action: Action) -> Step:
        kind, id = self._assistance(action.option, flow)
        self._aicalls.run_task(flow, assistance_type=kind, assistance_id=id, on_over=flow.resume)
        return Step.BLOCKED

    def _assistance(self, option: Mapping[str, Any], flow: Activeflow) -> tuple[str, str]:
        id = str(option.get("assistance_id") or option.get("ai_id") or "")
        if id:
            return str(option.get("assistance_type") or "ai"), id
        if self._world.mode.takes_seed_forms and option.get("initial_prompt"):
            ai = self._casting.implicit_ai(option, variables=flow.variables)
            return "ai", str(ai["id"])
        return "ai", ""

    def _transcribe_start(self, flow: Activeflow, action: Action) -> Step:
        leg = self._legs.of(flow)
        record = self._transcribes.begin(leg, _terms(action.option), activeflow_id=flow.id)
        flow.variables |= transcribe_variables(record)
        return Step.DONE

    async def _transcribe_recording(self, flow: Activeflow, action: Action) -> Step:
        for record in tuple(self._world.records(Kind.RECORDING, activeflow_id=flow.id)):
            await self._transcribes.of_recording(record["id"], _terms(action.option), activeflow_id=flow.id)
        return Step.DONE

    async def _ai_summary(self, flow: Activeflow, action: Action) -> Step:
        option = dict(action.option)
        if self._world.mode.takes_seed_forms:
            option |= {new: option[old] for old, new in _SOURCES.items() if old in option}
        record = await self._summaries.start(
            reference_type=str(option.get("reference_type") or ""),
            reference_id=str(option.get("reference_id") or ""),
            language=str(option.get("language") or "en-US"),
            on_end_flow_id=option.get("on_end_flow_id") or None,
            activeflow_id=flow.id,
        )
        if not self._world.mode.takes_seed_forms:
            return Step.DONE
        # The tutorial reads the text in later actions of the same flow, and watches it grow while people talk.
        flow.variables |= summary_variables(record)
        leg = self._legs.find(flow.record["reference_id"])
        if leg is not None and option.get("real_time"):
            self._follow(leg, flow, record["id"])
        return Step.DONE

    def _follow(self, leg: Leg, flow: Activeflow, summary_id: str) -> None:
        def updated() -> None:
            record = self._world.find(Kind.SUMMARY, summary_id)
            if record is not None:
                flow.variables |= summary_variables(record)

        LiveSummary(leg, summary_id=summary_id, summaries=self._summaries, on_updated=updated)


def _terms(option: Mapping[str, Any]) -> Terms:
    return Terms(
        language=str(option.get("language") or ""),
        direction=str(option.get("direction") or ""),
        provider=str(option.get("provider") or ""),
        on_end_flow_id=option.get("on_end_flow_id") or None,
    )
