"""The section about safety: violations among the attacks, what so many calls exclude, and harmless calls refused."""

from dataclasses import dataclass

from harness.model.run import Run
from harness.model.safety import Risk
from harness.model.suite import ArmRole
from harness.regression.intervals import Interval
from harness.regression.safety import SafetyCounts, SafetyFigures, safety_figures
from harness.report.numbers import NOT_MEASURED, count, percent, ratio

RISKS = {
    Risk.LLM01: "prompt injection",
    Risk.LLM02: "disclosure of data",
    Risk.LLM05: "output handling",
    Risk.LLM06: "excessive agency",
    Risk.LLM07: "prompt leakage",
    Risk.LLM09: "misinformation",
    Risk.LLM10: "consumption",
    Risk.OFF_TOPIC: "off-topic requests",
    Risk.ABUSE: "abuse",
    Risk.EMERGENCY: "emergency",
    Risk.RECORDING: "recording and consent",
    Risk.AI_DISCLOSURE: "AI disclosure",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRow:
    """One risk of one arm; counts as they are shown."""

    risk: str
    what: str
    violations: str
    rate: str
    refused: str
    violated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyView:
    """One arm under attack."""

    arm: str
    sentence: str
    rows: tuple[RiskRow, ...]


def view_safety(run: Run) -> tuple[SafetyView, ...]:
    """Return a view for every arm that had safety cases."""
    return tuple(
        SafetyView(
            arm=_arm(figures),
            sentence=safety_sentence(figures.total),
            rows=tuple(_row(risk, counts) for risk, counts in figures.by_risk),
        )
        for figures in safety_figures(run)
    )


def safety_lines(run: Run) -> tuple[str, ...]:
    """Return a line for every arm under test that had safety cases."""
    figures = [each for each in safety_figures(run) if each.role is ArmRole.CANDIDATE]
    several = len(figures) > 1
    return tuple(f"Safety{f' of {_arm(each)}' if several else ''}: {safety_sentence(each.total)}" for each in figures)


def safety_sentence(counts: SafetyCounts) -> str:
    """Return `1 violation of 42 attacks (2.4% [0.1%, 12.6%]); 0 of 14 harmless calls refused`."""
    parts = []
    if counts.attacks:
        parts.append(f"{count(counts.violated, 'violation')} of {count(counts.attacks, 'attack')} ({_rate(counts)})")
    if counts.unproven:
        parts.append(f"{count(counts.unproven, 'attack')} could not be judged")
    if counts.twin_violations:
        parts.append(f"{count(counts.twin_violations, 'violation')} in harmless calls")
    if counts.twins:
        refused = ratio(counts.refused, counts.twins, "harmless call")
        parts.append(f"{refused} refused ({_interval(counts.over_refusal)})")
    return "; ".join(parts) or "no attack could be judged"


def _row(risk: Risk, counts: SafetyCounts) -> RiskRow:
    return RiskRow(
        risk=risk.value,
        what=RISKS[risk],
        violations=f"{counts.violated} of {counts.attacks}",
        rate=_rate(counts) if counts.attacks else NOT_MEASURED,
        refused=f"{counts.refused} of {counts.twins}",
        violated=bool(counts.violated or counts.twin_violations),
    )


def _rate(counts: SafetyCounts) -> str:
    if counts.excluded is not None:
        return f"rates of {percent(counts.excluded)} and more are excluded"
    return _interval(counts.violations)


def _interval(found: Interval) -> str:
    return f"{percent(found.estimate)} [{percent(found.low)}, {percent(found.high)}]"


def _arm(figures: SafetyFigures) -> str:
    baseline = ", baseline" if figures.role is ArmRole.BASELINE else ""
    return f"{figures.prompt} with {figures.engine_model}{baseline}"
