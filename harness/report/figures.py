"""The figures of a prompt version as tiles, each with its size and how it was counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness.model.run import CaseResult
from harness.regression.facts import agent_latencies
from harness.regression.frames import ArmFigures, PooledRate, TurnFigures
from harness.regression.quantiles import quantile
from harness.regression.records import pass_rate
from harness.report.numbers import NOT_MEASURED, count, percent, quantile_interval, ratio, seconds
from harness.report.versions import PromptVersion

_RATES = {
    "hearing_wer": (
        "Misheard by agent",
        "hearing_wer: the platform's recogniser against the caller's script. All word errors of all calls over all "
        "words of the script; rates of single calls are never averaged.",
    ),
    "caller_wer": (
        "Caller audio unclear",
        "caller_wer: our own recogniser on the caller's audio against the script. High values are our voice's or the "
        "line's fault, not the agent's.",
    ),
    "response_wer": (
        "Fixed words said otherwise",
        "response_wer: what the agent said against the wordings it has to keep to.",
    ),
    "speaking_wer": (
        "Agent audio unclear",
        "speaking_wer: our own recogniser on the agent's audio against the words its model wrote, as far as they were "
        "played.",
    ),
}

_FEWEST_FOR_A_RATE = 10
"""Fewer events are shown as they are: a percentage of them would promise too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number with its size."""

    title: str
    value: str
    size: str
    """What it rests on."""
    beside: str
    """The same number of the version compared with; empty without one."""
    how: str
    """How it was counted."""
    interval: str = ""
    """`[41%, 93%]`; empty where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresView:
    """The tiles of one arm."""

    engine_model: str
    tiles: tuple[Tile, ...]

    @property
    def foremost(self) -> tuple[Tile, ...]:
        """Return the pass rate and the delays."""
        return self.tiles[:3]


def view_figures(version: PromptVersion, figures: Sequence[ArmFigures]) -> tuple[FiguresView, ...]:
    """Return the tiles of each engine_model a prompt version was tried with."""
    reference = version.comparison.reference if version.comparison else None
    views = []
    for arm in figures:
        if arm.prompt != version.label or arm.role is not version.snapshot.role:
            continue
        before = next(
            (f for f in figures if reference and f.prompt == reference.label and f.engine_model == arm.engine_model),
            None,
        )
        name = reference.version if reference else ""
        views.append(
            FiguresView(engine_model=arm.engine_model, tiles=_tiles(arm, before, name=name, results=_of(version, arm)))
        )
    return tuple(views)


def _of(version: PromptVersion, arm: ArmFigures) -> list[CaseResult]:
    return [each for each in version.results if each.engine_model == arm.engine_model and each.role is arm.role]


def _tiles(arm: ArmFigures, before: ArmFigures | None, *, name: str, results: Sequence[CaseResult]) -> tuple[Tile, ...]:
    rates = tuple(_rate_tile(rate, before, name=name) for rate in _known_rates(arm))
    turns = _turn_tiles(arm.turns, before.turns if before else None, name=name)
    passed = _pass_rate_tile(arm, before, name=name, results=results)
    return passed, *_latency_tiles(arm, before, name=name, latencies=agent_latencies(results)), *rates, *turns


def _pass_rate_tile(arm: ArmFigures, before: ArmFigures | None, *, name: str, results: Sequence[CaseResult]) -> Tile:
    invalid = arm.trials.inconclusive + arm.trials.error
    left_out = f", {count(invalid, 'trial')} left out" if invalid else ""
    left_out += f", {arm.discarded} discarded and made again" if arm.discarded else ""
    valid = arm.trials.passed + arm.trials.failed
    found = pass_rate(results).interval
    return Tile(
        title="Trials passed",
        value=percent(arm.pass_rate),
        interval="" if found.estimate is None else f"[{percent(found.low)}, {percent(found.high)}]",
        size=f"{ratio(arm.trials.passed, valid, 'trial')} over {count(arm.valid_cases, 'case')}{left_out}",
        beside=f"{name}: {percent(before.pass_rate)}" if before else "",
        how="The share of valid trials that passed, taken per case and then averaged over cases, so that every case "
        "weighs the same. Inconclusive trials and errors are left out and counted beside it. The interval is Wilson's "
        "at 95%, on as many independent trials as the cases' own spread is worth.",
    )


def _latency_tiles(
    arm: ArmFigures, before: ArmFigures | None, *, name: str, latencies: Sequence[int]
) -> tuple[Tile, ...]:
    latency = arm.latency
    how = (
        "From the end of the caller's speech to the start of the agent's answer, over all answers of all calls. "
        "Greetings and answers that overlap the caller have no latency. The interval (95%) reaches from one of the "
        "answers to another; with too few answers a side of it is open. It takes every answer for itself: those of "
        "one call are alike, so the truth may lie a little further out."
    )
    rows = (("Delay, median", "p50_ms", "median", 0.5), ("Delay, 95%", "p95_ms", "95th percentile", 0.95))
    return tuple(
        Tile(
            title=title,
            value=seconds(getattr(latency, field)),
            interval=quantile_interval(quantile(latencies, q=q)),
            size=f"{count(latency.answers, 'answer')}"
            + (f", longest {seconds(latency.max_ms)}" if latency.answers else ""),
            beside=f"{name}: {seconds(getattr(before.latency, field))}" if before else "",
            how=f"The {word}. {how}",
        )
        for title, field, word, q in rows
    )


def _known_rates(arm: ArmFigures) -> tuple[PooledRate, ...]:
    return tuple(rate for name in _RATES for rate in arm.word_error_rates if rate.name == name)


def _rate_tile(rate: PooledRate, before: ArmFigures | None, *, name: str) -> Tile:
    title, how = _RATES[rate.name]
    other = next((r for r in before.word_error_rates if r.name == rate.name), None) if before else None
    left_out = f", {count(rate.left_out, 'call')} left out" if rate.left_out else ""
    macro = "" if rate.macro is None else f", mean of the turns {percent(rate.macro)}"
    return Tile(
        title=title,
        value=percent(rate.rate),
        size=f"{ratio(rate.errors, rate.words, 'word')}{macro}{left_out}",
        beside=f"{name}: {percent(other.rate) if other else NOT_MEASURED}" if before else "",
        how=how,
    )


def _turn_tiles(turns: TurnFigures, before: TurnFigures | None, *, name: str) -> tuple[Tile, ...]:
    """Return what was counted of turn-taking; nobody gives way or holds out where nothing comes between."""
    if not turns.calls:
        return ()
    gave_way = Tile(
        title="Agent gave way",
        value=_gave_way(turns),
        size=count(turns.barge_ins, "interruption by the caller", plural="interruptions by the caller"),
        beside=_beside(before, _gave_way, name=name),
        how="yield_rate: how often the agent was silent within 2 s after the caller had begun to speak over it.",
    )
    held = Tile(
        title="Held through mm-hm",
        value=_held(turns),
        size=count(
            turns.disturbances,
            "sound of the caller that wants no answer",
            plural="sounds of the caller that want no answer",
        ),
        beside=_beside(before, _held, name=name),
        how="hold_rate: how often the agent still spoke 1 s after the caller had said mm-hm, or a noise had begun.",
    )
    counted: tuple[tuple[str, Callable[[TurnFigures], str], str], ...] = (
        (
            "Agent interrupted",
            lambda figures: count(figures.interrupted_turns, "turn"),
            "agent_interruption_rate: turns of the caller the agent began to speak into for 0.25 s or more.",
        ),
        (
            "Dead air",
            lambda figures: count(figures.silences, "time"),
            "dead_air: turns of the caller after which nobody was heard for more than 3 s.",
        ),
        (
            "Left unanswered",
            lambda figures: count(figures.unanswered, "turn"),
            "unanswered_turns: turns of the caller that got no answer before the caller spoke again; the last "
            "one only where the call went on for more than 10 s.",
        ),
    )
    tiles = tuple(
        Tile(
            title=title,
            value=value(turns),
            size=f"in {count(turns.calls, 'call')}",
            beside=_beside(before, value, name=name),
            how=how,
        )
        for title, value, how in counted
    )
    return (*((gave_way,) if turns.barge_ins else ()), *((held,) if turns.disturbances else ()), *tiles)


def _gave_way(turns: TurnFigures) -> str:
    return _share(turns.yields, turns.barge_ins)


def _held(turns: TurnFigures) -> str:
    return _share(turns.held, turns.disturbances)


def _share(part: int, whole: int) -> str:
    if not whole:
        return NOT_MEASURED
    return f"{part} of {whole}" if whole < _FEWEST_FOR_A_RATE else percent(part / whole)


def _beside(before: TurnFigures | None, value: Callable[[TurnFigures], str], *, name: str) -> str:
    if before is None:
        return ""
    return f"{name}: {value(before) if before.calls else NOT_MEASURED}"
