"""What pages and terminal say of calls our own caller spoiled: they count for nothing, and are never hidden."""

from collections import Counter

from harness.model.run import CaseResult, Run
from harness.report.numbers import count
from harness.runner.spoiling import advice, persona_shares


def discarded_lines(result: CaseResult) -> tuple[str, ...]:
    """Return `1 trial discarded: our caller could not be understood …`, a line for each reason."""
    if not result.discarded:
        return ()
    reasons = Counter(call.reasons[0] if call.reasons else "no reason was kept" for call in result.discarded)
    return tuple(f"{count(number, 'trial')} discarded: {reason}" for reason, number in reasons.items())


def discarded_line(result: CaseResult) -> str:
    """Return all of a case in one line, with its most frequent reason; empty when nothing was discarded."""
    reasons = Counter(call.reasons[0] for call in result.discarded if call.reasons)
    if not reasons:
        return ""
    (reason, _), others = reasons.most_common(1)[0], len(reasons) - 1
    more = f"; {count(others, 'other reason')} in the report" if others else ""
    return f"{count(len(result.discarded), 'trial')} discarded: {reason}{more}"


def broken_personas(run: Run) -> tuple[str, ...]:
    """Return a line for each persona that spoils more than a fifth of its calls, the worst first."""
    calls = run.calls
    return tuple(
        f"Persona {each.persona} spoiled {each.spoiled} of its {count(each.calls, 'call')}: "
        f"{advice(call for call in calls if call.trial.persona == each.persona)}"
        for each in persona_shares(calls)
    )
