"""How a real call was carried, as its page shows it: how exact its times are, what the network did, who answered."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from harness.interfaces.carriers import LINE
from harness.model.finding import Resource
from harness.model.proof import Proof, Proved
from harness.model.run import Run
from harness.pricing.lines import is_real
from harness.report.numbers import count

_PROVED = {
    Proved.MATCHES: "the arm's prompt and engine_model, as the platform says",
    Proved.DIFFERS: "another than the arm's",
    Proved.UNKNOWN: "not told",
    Proved.UNPROVABLE: "cannot be asked without an account",
    Proved.NOBODY: "no AI of the arm's was due",
}


class CarriedView(NamedTuple):
    """What is known of a call's way over the network."""

    exactness: str
    """Such as `times ± 6 ms`; empty where nobody can say."""
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    """What makes its times or its evidence less than usual."""


def view_carried(resources: Sequence[Resource]) -> CarriedView | None:
    """Return what to show of how a call was carried; None for a simulated one."""
    line = _line(resources)
    if line is None:
        return None
    exactness = exactness_ms(resources)
    return CarriedView(
        exactness="" if exactness is None else f"times ± {exactness:.0f} ms",
        facts=tuple(_facts(line, Proof.of(resources))),
        notes=tuple(str(note) for note in line.fields.get("notes") or ()),
    )


def exactness_ms(resources: Sequence[Resource]) -> float | None:
    """Return how far a delay between both sides may be off; None for a simulated call, and where nobody can say."""
    line = _line(resources)
    value = None if line is None else line.fields.get("uncertainty_ms")
    return float(value) if isinstance(value, int | float) and value > 0 else None


def widest_ms(run: Run) -> float | None:
    """Return how far the times of a run's least exact call may be off; None for a simulated run."""
    if not is_real(run.provenance.transport):
        return None
    calls = (trial.call for trial in run.calls)
    known = (exactness_ms(call.resources) for call in calls if call is not None)
    return max((each for each in known if each is not None), default=None)


def _line(resources: Sequence[Resource]) -> Resource | None:
    return next((each for each in resources if each.kind == LINE), None)


def _facts(line: Resource, proof: Proof | None) -> Iterator[tuple[str, str]]:
    fields = line.fields
    if proof is not None:
        yield "Who answered", _PROVED[proof.proved] + (f": {proof.why}" if proof.why else "")
    if proof is not None and proof.served_prompt_digest:
        yield "Prompt that ran", proof.served_prompt_digest[:12]
    if fields.get("codec"):
        yield "Codec", f"{fields['codec']} over {fields.get('transport') or 'an unknown network'}"
    received, lost = fields.get("received_frames"), fields.get("lost_frames")
    if received is not None:
        yield "Packets", f"{count(received, 'packet')} received, {'unknown' if lost is None else lost} lost"
    for name, key in (
        ("Jitter", "jitter_ms"),
        ("Round trip", "round_trip_ms"),
        ("Own sound left late by", "send_delay_ms"),
    ):
        value = fields.get(key)
        if value is not None and fields.get("codec"):
            yield name, f"{value:.1f} ms"
