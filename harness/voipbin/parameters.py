"""The platform's timings and sizes, each under one name; times in milliseconds unless the name says otherwise.

They are facts read from the platform's source and from pipecat-ai 1.4.0, which runs its voice pipeline. What is a
choice of the simulator's own (how long a stage takes) stands in `simulator/latency.py` instead.
"""

from typing import Final

DIAL_TIMEOUT_MS: Final = 60_000
"""An unanswered call ends after this."""
MAX_CALL_MS: Final = 3_600_000
"""An answered call ends after this."""

TURN_STOP_FALLBACK_MS: Final = 5_000
"""A user turn ends after this without any recogniser activity."""
TURN_STOP_DEEPGRAM_MS: Final = 350
"""From the last final transcript to the end of the user turn, by recogniser (pipecat's `stt_p99`)."""
TURN_STOP_GOOGLE_MS: Final = 1_570

LLM_IDLE_CLOSE_MS: Final = 8_000
"""A started answer without an end is closed after this much silence from the language model."""
MAX_ACTIONS: Final = 100
"""A flow that has executed this many actions is stopped."""
