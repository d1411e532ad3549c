"""A case's flow as today's platform takes it: the tutorial's forms are translated (contract section 8, rows 7 to 17).

What has no translation is refused with its reason before anything is sent; what changes its meaning is noted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID, uuid5

from harness.errors import ConfigurationError, UnknownNameError
from harness.model.case import Case
from harness.model.finding import Json
from harness.model.suite import Arm
from harness.transports.voipbin.ai_request import TUTORIAL_VOICES
from harness.voipbin.actions import ActionType, parse_action
from harness.voipbin.mode import Mode
from harness.voipbin.variables import SUMMARY_CONTENT, VOICE_ID

AI_ID: Final = "harness.ai_id"
PROMPT: Final = "harness.prompt"
"""Variables with which a suite's flow names the agent under test."""
_OURS: Final = re.compile(r"\$\{\s*(harness\.[^}]*?)\s*\}")
_AI_ACTIONS: Final = (ActionType.AI.value, ActionType.AI_TALK.value)
_IDS: Final = UUID("5d3cf0a8-6a1b-4a44-9c9c-4a3e54d1a7a1")


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineAi:
    """An AI that a flow describes in its action, as the tutorial does, in place of naming one."""

    prompt: str
    voice_id: str = ""
    is_under_test: bool = False
    """Whether the prompt is the arm's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSummary:
    """A summary the flow asks for and calls skip: it is asked for once the call is over."""

    language: str = "en-US"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRequest:
    """A flow to be made."""

    actions: tuple[Mapping[str, Json], ...]
    """Where an inline AI's id is missing, `ais` says which it is."""
    ais: tuple[InlineAi, ...] = ()
    summaries: tuple[WantedSummary, ...] = ()
    notes: tuple[str, ...] = ()
    """What is different from what the case says, in words for a report."""

    def filled(self, *, ai_id: str, inline: Sequence[str]) -> list[dict[str, Json]]:
        """Return the actions with ids in place: of the agent under test, and of `ais` in their order."""
        ids = {AI_ID: ai_id, **{_inline_name(place): id for place, id in enumerate(inline)}}
        return _with_ids([dict(substitute_ours(action, ids)) for action in self.actions], path="")


def flow_request(case: Case, arm: Arm) -> FlowRequest | None:
    """Return the flow a case needs; None where its call is the direct call of an AI.

    Raises:
        ConfigurationError: something in the flow has no equivalent on today's platform.
    """
    setup = case.platform
    if not setup.flow:
        return None
    work = _Translation(prompt=arm.prompt.text)
    actions = work.translate(setup.flow, path="flow")
    given = tuple(
        {"type": ActionType.VARIABLE_SET.value, "option": {"key": key, "value": value}}
        for key, value in setup.variables
        if not setup.outgoing
    )
    if any(action.get("type") == ActionType.AI_SUMMARY for action in setup.flow) and not work.is_transcribed:
        start = {"type": ActionType.TRANSCRIBE_START.value, "option": {"language": work.summaries[0].language}}
        actions = _behind_answer(actions, start)
        work.notes.append("a transcription was added to the flow: the summary is made of it after the call")
    return FlowRequest(
        actions=(*given, *actions),
        ais=tuple(work.ais),
        summaries=tuple(work.summaries),
        notes=tuple(dict.fromkeys(work.notes)),
    )


def substitute_ours(value: Json, known: Mapping[str, str]) -> Json:
    """Return a JSON value with the harness's own variables replaced, and the platform's left alone."""
    match value:
        case str():
            return _OURS.sub(lambda found: known.get(found[1], found[0]), value)
        case Mapping():
            return {key: substitute_ours(inside, known) for key, inside in value.items()}
        case list() | tuple():
            return [substitute_ours(inside, known) for inside in value]
        case _:
            return value


def _with_ids(actions: Sequence[dict[str, Json]], *, path: str) -> list[dict[str, Json]]:
    """Return actions with an id each, as the API's document wants them, though the platform makes those that lack."""
    made = []
    for place, action in enumerate(actions):
        here = f"{path}/{place}"
        option = action.get("option") or {}
        nested = option.get("actions")
        inside = {"option": {**option, "actions": _with_ids(nested, path=here)}} if isinstance(nested, list) else {}
        made.append({**action, "id": action.get("id") or str(uuid5(_IDS, here)), **inside})
    return made


def _inline_name(place: int) -> str:
    return f"harness.inline_ai.{place}"


def _behind_answer(actions: list[dict[str, Json]], action: dict[str, Json]) -> list[dict[str, Json]]:
    at = next((n + 1 for n, each in enumerate(actions) if each["type"] == ActionType.ANSWER), 0)
    return [*actions[:at], action, *actions[at:]]


@dataclass(slots=True)
class _Translation:
    prompt: str
    ais: list[InlineAi] = field(default_factory=list)
    summaries: list[WantedSummary] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_transcribed: bool = False
    _voice: str = ""
    """What an action before has set the tutorial's voice variable to."""

    def translate(self, flow: Sequence[Mapping[str, Json]], *, path: str) -> list[dict[str, Json]]:
        made: list[dict[str, Json]] = []
        for place, action in enumerate(flow):
            made += self._action(action, path=f"{path}[{place}]")
        return made

    def _action(self, action: Mapping[str, Json], *, path: str) -> list[dict[str, Json]]:
        option = dict(action.get("option") or {})
        kind = str(action.get("type") or "")
        self._refuse(action, option, path=path)
        match kind:
            case ActionType.AI | ActionType.AI_TALK:
                return [{**action, "type": ActionType.AI_TALK.value, "option": self._assistance(option, kind, path)}]
            case ActionType.AI_SUMMARY:
                self._summary(option, action, path)
                return []
            case ActionType.TRANSCRIBE_START:
                self.is_transcribed = True
                option.pop("real_time", None)
            case ActionType.VARIABLE_SET if option.get("key") == VOICE_ID:
                self._voice = str(option.get("value") or "")
            case _:
                pass
        if isinstance(option.get("actions"), list):
            option["actions"] = self.translate(option["actions"], path=f"{path}.option.actions")
        return [{**action, **({"option": self._told(option)} if option else {})}]

    def _refuse(self, action: Mapping[str, Json], option: Mapping[str, Json], *, path: str) -> None:
        if action.get("type") not in _AI_ACTIONS:
            try:
                parse_action(action, mode=Mode.CURRENT)
            except UnknownNameError as error:
                raise ConfigurationError(f"{path}: {error}") from error
        if f"${{{SUMMARY_CONTENT}}}" in str(option):
            raise ConfigurationError(
                f"{path}: VoIPBIN sets {SUMMARY_CONTENT} in no call's own flow, so that nothing would be said in its "
                "place. Leave the action out of real calls, and check the summary with the case's `summary`"
            )

    def _assistance(self, option: dict[str, Json], kind: str, path: str) -> dict[str, Json]:
        if kind == ActionType.AI:
            self.notes.append("the action ai is gone from VoIPBIN: ai_talk takes its place, which listens as it speaks")
        id = str(option.get("assistance_id") or option.get("ai_id") or "")
        if id:
            return {"assistance_type": str(option.get("assistance_type") or "ai"), "assistance_id": id}
        written = str(option.get("initial_prompt") or "")
        if not written:
            raise ConfigurationError(
                f"{path}: {kind} names no AI, so that VoIPBIN would drop the call. Write "
                f"option: {{assistance_type: ai, assistance_id: ${{{AI_ID}}}}} for the agent under test"
            )
        prompt = str(substitute_ours(written, {PROMPT: self.prompt}))
        voice_type = str(option.get("voice_type") or "")
        inline = InlineAi(
            prompt=prompt,
            voice_id=self._voice or TUTORIAL_VOICES.get(voice_type, voice_type),
            is_under_test=prompt == self.prompt,
        )
        if inline not in self.ais:
            self.ais.append(inline)
        name = _inline_name(self.ais.index(inline))
        return {"assistance_type": "ai", "assistance_id": f"${{{name}}}"}

    def _summary(self, option: Mapping[str, Json], action: Mapping[str, Json], path: str) -> None:
        if action.get("id"):
            raise ConfigurationError(
                f"{path}: VoIPBIN skips ai_summary in calls and other actions may lead to this one; take its id away, "
                "and name the action behind it instead"
            )
        language = str(option.get("language") or "en-US")
        self.summaries.append(WantedSummary(language=language))
        self.notes.append("VoIPBIN skips ai_summary in calls: the summary is asked for after the call")

    def _told(self, option: Mapping[str, Json]) -> dict[str, Json]:
        """Return options with the prompt put in for its variable; the AI's id is put in when there is one."""
        return dict(substitute_ours(option, {PROMPT: self.prompt}))


def filled_prompt(prompt: str, variables: Sequence[tuple[str, str]]) -> str:
    """Return a prompt with a case's variables put in, for a call in which nothing else can set them."""
    known = dict(variables)
    return re.sub(r"\$\{(.+?)\}", lambda found: known.get(found[1].strip(), found[0]), prompt, flags=re.DOTALL)
