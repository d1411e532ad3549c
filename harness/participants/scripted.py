"""The caller who follows a script, whatever the agent says."""

from harness.model.call import Transcript
from harness.model.case import Case, Hangup, Move, Trigger, TriggerKind


class ScriptedCaller:
    """Makes the case's moves in order, then hangs up."""

    def __init__(self, case: Case) -> None:
        """Play the persona of `case`."""
        self._case = case

    async def next_move(self, transcript: Transcript) -> Move:
        """Return the move whose turn it is; after the last one, hang up once the agent has answered."""
        if transcript.moves_made < len(self._case.moves):
            return self._case.moves[transcript.moves_made]
        persona = self._case.persona
        return Hangup(
            trigger=Trigger(
                after=TriggerKind.AGENT_SPEECH_END, delay_ms=persona.reaction_ms, timeout_ms=persona.patience_ms
            )
        )
