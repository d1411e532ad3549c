"""A team in a call: members hand the conversation over by calling a function."""

from typing import Any

import pytest

from harness.interfaces import Delta, Ears, MessageRole, Mouth, StopReason, ToolCall
from harness.model.agent import AgentConfig
from harness.model.call import EventKind
from harness.model.persona import Voice
from harness.testing.speech import EchoEars, ScriptedAgent, ToneMouth
from harness.voipbin.resources import Kind, Record
from tests.simulator.stage import Line, Stage, action, calling

RUN = 60_000
DESK, COOK = "00000000-0000-4000-8000-0000000000d1", "00000000-0000-4000-8000-0000000000c1"


class Troupe:
    """A stage with a desk that hands over to a cook, each with its own model, voice and ears."""

    def __init__(self, *desk: Any, cook: tuple[Any, ...] = ("The cook here.",), flow: tuple[Any, ...] = ()) -> None:
        self.agents = {"Desk.": ScriptedAgent(*desk), "Cook.": ScriptedAgent(*cook)}
        self.voices: list[str] = []
        self.languages: list[str] = []

        def agent(config: AgentConfig) -> ScriptedAgent:
            return self.agents[config.init_prompt]

        def mouth(voice: Voice) -> Mouth:
            self.voices.append(voice.name)
            return ToneMouth(text_only=True, word_ms=400 if "low" in voice.name else 200)

        def ears(language: str) -> Ears:
            self.languages.append(language)
            return EchoEars(deaf_to=["Hallo"] if language == "de-DE" else ["Hello"])

        self.stage = Stage(parts={"agent": agent, "mouth": mouth, "ears": ears})
        self.desk = self._ai("Desk.", tools=["get_variables"], tts_voice_id="EXAVITQu4vr4xnSDxMaL")
        self.cook = self._ai("Cook.", tools=["set_variables"], tts_voice_id="pNInz6obpgDQGcFmaJgB")
        to_cook = {"function_name": "ask_the_cook", "description": "For the kitchen.", "next_member_id": COOK}
        self.team = self.stage.platform.teams.create(
            {
                "name": "house",
                "start_member_id": DESK,
                "members": [
                    {"id": DESK, "name": "Desk", "ai_id": self.desk["id"], "transitions": [to_cook]},
                    {"id": COOK, "name": "Cook", "ai_id": self.cook["id"], "transitions": []},
                ],
            }
        )
        talk = action("ai_talk", assistance_type="team", assistance_id=self.team["id"])
        self.line: Line = self.stage.incoming(action("answer"), talk, *flow)

    def _ai(self, prompt: str, *, tools: list[str], **fields: str) -> Record:
        return self.stage.platform.ais.create(
            {"engine_model": "openai.gpt-5", "init_prompt": prompt, "tool_names": tools, **fields}
        )

    @property
    def aicall(self) -> Record:
        return self.stage.records(Kind.AICALL)[0]

    def run(self) -> "Troupe":
        self.stage.run(for_ms=RUN)
        return self


HAND_OVER = calling("ask_the_cook", words="One moment.")


def test_member_who_starts_has_its_tools_and_its_ways_to_hand_over() -> None:
    troupe = Troupe("Desk here.").run()
    assert [tool.name for tool in troupe.agents["Desk."].offered[0]] == ["get_variables", "ask_the_cook"]
    assert troupe.aicall["current_member_id"] == DESK
    assert troupe.aicall["assistance_type"] == "team"
    assert [snapshot["member_id"] for snapshot in troupe.aicall["metadata"]["prompt_snapshots"]] == [DESK, COOK]
    assert troupe.stage.variables(troupe.line)["voipbin.aicall.ai_id"] == troupe.desk["id"]


def test_next_member_goes_on_with_model_voice_and_tools_of_its_own() -> None:
    troupe = Troupe("Desk here.", HAND_OVER)
    troupe.line.says("Is there soup", at_ms=8_000)
    troupe.run()
    assert troupe.line.spoken() == ["Desk here.", "One moment.", "The cook here."]
    (asked,) = troupe.agents["Cook."].asked
    assert [message.role for message in asked] == [
        MessageRole.ASSISTANT,
        MessageRole.USER,
        MessageRole.ASSISTANT,
        MessageRole.TOOL,
    ]
    assert [tool.name for tool in troupe.agents["Cook."].offered[0]] == ["set_variables"]
    assert troupe.aicall["current_member_id"] == COOK
    starts, stops = (troupe.line.of(kind, role=None) for kind in (EventKind.SPEECH_STARTED, EventKind.SPEECH_STOPPED))
    assert [stop.at_ms - start.at_ms for start, stop in zip(starts, stops, strict=True)] == [400, 900, 400, 1_200]


def test_hand_over_is_kept_as_a_notification_and_the_messages_name_who_spoke() -> None:
    troupe = Troupe(HAND_OVER).run()
    kept = [
        (each["role"], each["active_ai_id"] == troupe.cook["id"])
        for each in troupe.stage.records(Kind.MESSAGE)
        if each["role"] != "system"
    ]
    assert kept == [("assistant", False), ("notification", True), ("tool", True), ("assistant", True)]
    assert troupe.stage.messages("notification") == [("notification", "Cook takes over (ask_the_cook)")]
    assert [content for _, content in troupe.stage.messages("system")][1:] == ["Desk.", "Cook."]


def test_next_member_remembers_and_answers_from_then_on() -> None:
    troupe = Troupe(HAND_OVER, cook=("The cook here.", "Soup it is."))
    troupe.line.says("Soup please", at_ms=12_000)
    troupe.run()
    assert troupe.line.spoken()[-1] == "Soup it is."
    assert len(troupe.agents["Desk."].asked) == 1
    assert len(troupe.agents["Cook."].asked) == 2


def test_member_listens_with_its_own_ears() -> None:
    troupe = Troupe("Desk here.", HAND_OVER)
    troupe.stage.world.change(troupe.cook, stt_language="de-DE")
    troupe.line.says("Hello", at_ms=6_000)
    troupe.line.says("Soup please", at_ms=12_000)
    troupe.line.says("Hallo", at_ms=24_000)
    troupe.run()
    assert troupe.stage.messages("user") == [("user", "Soup please")]
    assert troupe.languages == ["en-US", "de-DE"]


def test_member_who_ends_the_service_gives_the_call_back() -> None:
    troupe = Troupe(HAND_OVER, cook=(calling("stop_service"),), flow=(action("talk", text="Back"),))
    troupe.stage.world.change(troupe.cook, tool_names=["stop_service"])
    troupe.run()
    assert troupe.line.spoken()[-1] == "Back"


@pytest.mark.parametrize("first", [True, False], ids=["tool first", "hand-over first"])
def test_tool_that_is_called_beside_the_hand_over_is_still_the_first_members(first: bool) -> None:
    both = [
        Delta(tool_call=ToolCall(id="a", name="get_variables", arguments="{}")),
        Delta(tool_call=ToolCall(id="b", name="ask_the_cook", arguments="{}")),
    ]
    troupe = Troupe((*(both if first else both[::-1]), Delta(stop=StopReason.TOOL_CALLS))).run()
    assert all(event.data["ok"] for event in troupe.line.of(EventKind.TOOL_RETURNED))
    assert troupe.line.spoken() == ["The cook here."]


@pytest.mark.parametrize("breaks", ["ai", "team"])
def test_team_that_lacks_somebody_never_starts(breaks: str) -> None:
    troupe = Troupe("Desk here.")
    troupe.stage.world.delete(troupe.cook if breaks == "ai" else troupe.team)
    troupe.run()
    assert troupe.line.events[-1].data["reason"] == "never_started"
