"""What a flow's author should know although it runs: forms of the tutorial that the real platform treats differently.

Source: contract section 8, whose rows the messages follow. A finding is no fault: the simulated platform runs these
forms in its mode `seed`, as the tutorial describes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from harness.voipbin.actions import ActionType
from harness.voipbin.variables import SUMMARY_CONTENT, VOICE_ID

ActionJson: TypeAlias = Mapping[str, Any]
"""One action as a flow's JSON has it."""

_AI_ACTIONS = (ActionType.AI, ActionType.AI_TALK)
_WITHOUT_EXECUTOR = (ActionType.MUTE, ActionType.TRANSCRIBE_STOP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing worth knowing about a flow."""

    path: str
    """Where in the flow, such as `[1].option.initial_prompt`."""
    message: str


def lint_flow(actions: Sequence[ActionJson]) -> list[Finding]:
    """Return what the real platform does differently, in the order of the flow, and what the flow lacks."""
    return [
        Finding(path=f"[{place}]{path}", message=message)
        for place, action in enumerate(actions)
        for path, message in _action(action, is_last=place == len(actions) - 1)
    ]


def _action(action: ActionJson, *, is_last: bool) -> Iterator[tuple[str, str]]:
    option = action.get("option") or {}
    match action.get("type"):
        case ActionType.AI:
            yield "", "today's platform refuses the action 'ai' (400 INVALID_ACTION_TYPE); use ai_talk with an AI's id"
        case ActionType.AI_TALK:
            yield from _ai_talk(option)
        case ActionType.AI_SUMMARY:
            yield from _ai_summary(option)
        case ActionType.AI_TASK | ActionType.BLOCK as type_:
            yield "", f"the platform skips {type_} in the flow of a call"
        case ActionType.VARIABLE_SET if option.get("key") == VOICE_ID:
            yield ".option.key", f"today's ai_talk does not read {VOICE_ID}; set tts_voice_id on the AI"
        case ActionType.TRANSCRIBE_START if "real_time" in option:
            yield ".option.real_time", "today's platform ignores real_time here: a transcription is always live"
        case type_ if type_ in _WITHOUT_EXECUTOR:
            yield "", f"the platform knows {type_} and cannot execute it: it goes on with the next action"
    if f"${{{SUMMARY_CONTENT}}}" in str(option):
        yield ".option", f"today's platform sets {SUMMARY_CONTENT} only in the flow a summary starts (on_end_flow_id)"
    if action.get("type") in _AI_ACTIONS and is_last and not action.get("next_id"):
        yield "", "no action follows the AI: when it ends its part, the call ends without a word; add a fallback"
    nested = option.get("actions")
    if isinstance(nested, list):
        inner = lint_flow([each for each in nested if isinstance(each, Mapping)])
        yield from ((f".option.actions{finding.path}", finding.message) for finding in inner)


def _ai_talk(option: ActionJson) -> Iterator[tuple[str, str]]:
    inline = next((key for key in ("initial_prompt", "voice_type") if key in option), None)
    has_ai = option.get("assistance_id") or option.get("ai_id")
    if inline and has_ai:
        yield f".option.{inline}", f"today's platform ignores {inline}: the AI's own settings hold"
    elif inline:
        yield f".option.{inline}", f"today's platform ignores {inline} and, without assistance_id, drops the call"
    elif not has_ai:
        yield ".option", "no AI is named (assistance_id): the session fails and the call drops"


def _ai_summary(option: ActionJson) -> Iterator[tuple[str, str]]:
    if "source_type" in option or "source_id" in option:
        key = "source_type" if "source_type" in option else "source_id"
        yield f".option.{key}", "today's names are reference_type and reference_id, and calls skip ai_summary"
    else:
        yield "", "the platform skips ai_summary in the flow of a call; ask for the summary after the call"
    if "real_time" in option:
        yield ".option.real_time", "today's platform has no live summaries: one of a call is ready after its hang-up"
