"""Where things stand on the pages: the same names for those who write a page and for those who point at one."""

from harness.model.run import TrialResult
from harness.model.score import Score, Scored
from harness.model.slug import slug
from harness.model.snapshots import PromptSnapshot


def page_href(prompt: PromptSnapshot) -> str:
    """Return the page of a prompt version, relative to the pages folder."""
    return f"{slug(prompt.name, reserved=('index.html', 'compare.html', 'audio'))}/{slug(prompt.version)}.html"


def trial_anchor(trial_id: str) -> str:
    """Return where a trial stands on its page."""
    return f"trial-{slug(trial_id)}"


def turn_anchor(trial_id: str, turn: int) -> str:
    """Return where a turn of a trial, counted from 0, stands on its page."""
    return f"{trial_anchor(trial_id)}-turn-{turn + 1}"


def failed_turns(score: Scored) -> tuple[int, ...]:
    """Return the turns a failed requirement is about: its own, or for a whole call those it quotes."""
    if not isinstance(score, Score) or score.passed is not False or not score.required:
        return ()
    return (score.turn,) if score.turn is not None else tuple(quote.turn for quote in score.quotes)


def failed_turn(result: TrialResult) -> int | None:
    """Return the turn the first failed requirement of a trial is about; None where it is about none the page has."""
    turns = 0 if result.call is None else len(result.call.turns)
    failed = (turn for score in result.scores for turn in failed_turns(score))
    return next((turn for turn in failed if 0 <= turn < turns), None)
