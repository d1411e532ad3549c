"""What each fault a case can ask for may show as."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from harness.model.finding import FindingName
from harness.model.platform import FaultKind

_N = FindingName

SYMPTOMS: Final[Mapping[FaultKind, frozenset[FindingName]]] = MappingProxyType(
    {
        FaultKind.LLM_KEY_INVALID: frozenset({_N.LLM_KEY_REFUSED, _N.AGENT_WROTE_NOTHING, _N.DEAD_AIR}),
        FaultKind.LLM_RATE_LIMITED: frozenset({_N.LLM_RATE_LIMITED, _N.AGENT_WROTE_NOTHING, _N.DEAD_AIR}),
        FaultKind.LLM_SERVER_ERROR: frozenset({_N.LLM_FAILED, _N.AGENT_WROTE_NOTHING, _N.DEAD_AIR}),
        FaultKind.LLM_HANGS: frozenset({_N.LLM_TIMED_OUT, _N.AGENT_WROTE_NOTHING, _N.DEAD_AIR}),
        FaultKind.TTS_SILENT: frozenset({_N.TTS_FAILED, _N.TEXT_WITHOUT_AUDIO, _N.DEAD_AIR}),
        FaultKind.TTS_VOICE_MISSING: frozenset(
            {_N.TTS_VOICE_MISSING, _N.TTS_FAILED, _N.TEXT_WITHOUT_AUDIO, _N.DEAD_AIR}
        ),
        FaultKind.STT_MISHEARS: frozenset({_N.WORDS_MISHEARD, _N.PACKET_LOSS, _N.TURN_NOT_HEARD}),
        FaultKind.SLOW_START: frozenset({_N.SLOW_START, _N.DEAD_AIR}),
        FaultKind.CALL_DROPS: frozenset({_N.CALL_DROPPED}),
        FaultKind.ONE_WAY_IN: frozenset({_N.ONE_WAY_IN, _N.TURN_NOT_HEARD, _N.DEAD_AIR}),
        FaultKind.ONE_WAY_OUT: frozenset({_N.ONE_WAY_OUT, _N.TEXT_WITHOUT_AUDIO, _N.DEAD_AIR}),
        FaultKind.PACKET_LOSS: frozenset({_N.PACKET_LOSS, _N.WORDS_MISHEARD, _N.TURN_NOT_HEARD}),
        FaultKind.PIPELINE_IDLES: frozenset({_N.IDLE_STOP, _N.DEAD_AIR}),
        FaultKind.PIPELINE_DIES: frozenset({_N.PIPELINE_DIED, _N.DEAD_AIR}),
        FaultKind.NO_BALANCE: frozenset({_N.INSUFFICIENT_BALANCE}),
    }
)
"""What each fault a case can ask for may show as, where it shows at all."""
