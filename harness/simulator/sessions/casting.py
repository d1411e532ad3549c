"""From an AI or a team as the platform stores it to who talks in a session."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from harness.errors import CallError
from harness.interfaces import Agent, Ears, Mouth
from harness.model.agent import AgentConfig
from harness.model.persona import Voice
from harness.simulator.kernel.equipment import Equipment
from harness.simulator.kernel.world import World
from harness.simulator.sessions.cast import Cast, Member, transition_of
from harness.voipbin.ais import DEFAULT_STT, DEFAULT_TTS, RUNNING_STT, RUNNING_TTS, AiType
from harness.voipbin.engine_models import parse_engine_model
from harness.voipbin.mode import Mode
from harness.voipbin.resources import Kind, Record
from harness.voipbin.tools import tool_specs
from harness.voipbin.variables import VOICE_ID, substitute_all

_MALE: Final = frozenset({"pNInz6obpgDQGcFmaJgB", "ErXwobaYiN019PkySvjV", "TxGEqnHWrWLjIcrpJ9Bv", "male"})
"""Voices of the platform that get the lower of our two timbres; every other one gets the higher."""
_TIMBRES: Final = MappingProxyType({True: "hibari:heart-low", False: "hibari:heart"})


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAI:
    """What an AI has whose prompt stands in the flow's action, beside that prompt and its voice."""

    engine_model: str = "embedded.extractive"
    stt_language: str = ""
    tools: tuple[str, ...] = ()


@dataclass(slots=True)
class Casting:
    """Makes members of stored AIs."""

    world: World
    equipment: Equipment
    voices: dict[str, Voice] = field(default_factory=dict)
    """Voices of our own by AI, in place of what the AI's `tts_voice_id` would stand for."""
    inline: InlineAI = field(default_factory=InlineAI)
    wrap_agent: Callable[[Agent], Agent] = lambda agent: agent
    """Lays faults over what the equipment gives."""
    wrap_mouth: Callable[[Mouth], Mouth] = lambda mouth: mouth
    wrap_ears: Callable[[Ears], Ears] = lambda ears: ears

    def cast(self, *, assistance_type: str, assistance_id: str, variables: Mapping[str, str]) -> Cast:
        """Return who takes a session.

        Raises:
            CallError: there is no such AI or team, or the platform's runner cannot start it.
            ConfigurationError: the engine_model's agent cannot be made here.
        """
        if assistance_type == "team":
            return self._team(assistance_id, variables)
        return Cast(first=self._member(self._ai(assistance_id), variables))

    def implicit_ai(self, option: Mapping[str, Any], *, variables: Mapping[str, str]) -> Record:
        """Return an AI made of the inline options of the tutorial's actions (contract section 8, rows 7, 8, 10)."""
        return self.world.create(
            Kind.AI,
            name="inline",
            engine_model=self.inline.engine_model,
            init_prompt=str(option.get("initial_prompt") or ""),
            tts_voice_id=variables.get(VOICE_ID) or str(option.get("voice_type") or ""),
            stt_language=self.inline.stt_language,
            tool_names=list(self.inline.tools),
        )

    def _team(self, id: str, variables: Mapping[str, str]) -> Cast:
        team = self.world.find(Kind.TEAM, id)
        if team is None or team["tm_delete"] is not None:
            raise CallError(f"there is no team {id!r}")
        members = {
            document["id"]: replace(
                self._member(self._ai(document["ai_id"]), variables),
                name=str(document.get("name") or ""),
                member_id=document["id"],
                transitions=tuple(map(transition_of, document.get("transitions") or ())),
            )
            for document in team["members"]
        }
        first = members.get(team["start_member_id"])
        if first is None:
            raise CallError(f"the team {id!r} has no member to start with")
        return Cast(first=first, members=members)

    def _ai(self, id: str) -> Record:
        ai = self.world.find(Kind.AI, id)
        if ai is None or ai["tm_delete"] is not None:
            raise CallError(f"there is no AI {id!r}" if id else "the action names no AI: it has no assistance_id")
        return ai

    def _member(self, ai: Record, variables: Mapping[str, str]) -> Member:
        self._check(ai)
        language = ai["stt_language"] or "en-US"
        config = AgentConfig(
            engine_model=ai["engine_model"],
            init_prompt=str(substitute_all(ai["init_prompt"], variables)),
            voice=self._voice(ai, language=language),
            stt_language=language,
            parameter=substitute_all(ai["parameter"], variables),
        )
        return Member(
            ai_id=ai["id"],
            config=config,
            agent=self.wrap_agent(self.equipment.agent(config)),
            mouth=self.wrap_mouth(self.equipment.mouth(config.voice)),
            ears=self.wrap_ears(self.equipment.ears(language)),
            tools=tool_specs(ai["tool_names"], has_rag=bool(ai["rag_id"]), insight=ai["type"] == AiType.INSIGHT),
            name=ai["name"],
        )

    def _check(self, ai: Record) -> None:
        engine = parse_engine_model(ai["engine_model"])
        # The tutorial's platform runs whatever it accepts, so that any model can be tried without an account.
        if self.world.mode is not Mode.SEED and not (engine.is_own or engine.runs_on_platform):
            raise CallError(f"the platform's runner cannot start the engine_model {engine}")
        if (ai["tts_type"] or DEFAULT_TTS) not in RUNNING_TTS:
            raise CallError(f"the platform's runner cannot start the voice engine {ai['tts_type']!r}")
        if (ai["stt_type"] or DEFAULT_STT) not in RUNNING_STT:
            raise CallError(f"the platform's runner cannot start the recogniser {ai['stt_type']!r}")

    def _voice(self, ai: Record, *, language: str) -> Voice:
        own = self.voices.get(ai["id"])
        if own is not None:
            return own
        wanted = str(ai["tts_voice_id"])
        if not wanted or language.partition("-")[0] != "en":
            return Voice(language=language)
        return Voice(name=_TIMBRES[wanted in _MALE], language=language)
