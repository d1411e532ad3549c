"""The platform's timings and sizes, each under one name; times in milliseconds unless the name says otherwise.

They are facts read from the platform's source and from pipecat-ai 1.4.0, which runs its voice pipeline. What is a
choice of the simulator's own (how long a stage takes) stands in `simulator/kernel/latency.py` instead.
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
VAD_WINDOW_MS: Final = 32
"""What the detector judges at a time: 512 samples at the pipeline's 16 kHz."""
SMART_TURN_STOP_MS: Final = 3_000
"""A turn that does not sound complete ends after this much silence all the same."""

LLM_IDLE_CLOSE_MS: Final = 8_000
"""A started answer without an end is closed after this much silence from the language model."""
MAX_ACTIONS: Final = 100
"""A flow that has executed this many actions is stopped."""
MAX_INLINE_STEPS: Final = 1_000
"""A flow that takes this many steps without one that waits is stopped."""
MAX_STACKS: Final = 100
"""So deep may lists of actions be nested in one flow."""
MAX_COMPLETIONS: Final = 5
"""So many flows may follow one another by `on_complete_flow_id`."""

PIPELINE_IDLE_MS: Final = 300_000
"""A voice pipeline without speech of its agent for this long is cancelled; the call stays."""
RUNNER_START_TIMEOUT_MS: Final = 30_000
"""A voice pipeline that has not started after this never does."""
TOOL_TIMEOUT_MS: Final = 10_000
"""The pipeline waits this long for the result of a tool."""
TEXT_SESSION_MS: Final = 30_000
"""A text pipeline is closed after this."""
TEXT_COOLDOWN_MS: Final = 3_000
"""Two messages to one AI call must be this far apart."""
HISTORY_MESSAGES: Final = 100
"""So many messages of a text chat its language model is shown."""
