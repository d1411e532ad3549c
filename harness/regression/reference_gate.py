"""Gate, pairing and early stopping by name, on plain JSON values: what independent cases are checked through.

Each method takes and returns exactly the fields of its group (evaluation.md, section 11).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.regression.evalues import evalue_noninferiority, evalue_sharp_null
from harness.regression.gate import gate_verdict
from harness.regression.intervals import Interval
from harness.regression.pairing import CaseCounts, pairing
from harness.regression.planned_looks import obf_boundaries
from harness.regression.reference_json import Json
from harness.regression.sequential import curtailment, wald_sprt


def _gate_verdict(given: Json) -> Json:
    low, high = given["low"], given["high"]
    interval = None if low is None or high is None else Interval(estimate=None, low=low, high=high)
    return {"verdict": gate_verdict(interval, margin=given["margin"]).value}


def _pairing(given: Json) -> Json:
    baseline, candidate = (
        {case: CaseCounts(passes=passes, valid=valid) for case, (passes, valid) in given[arm].items()}
        for arm in ("baseline", "candidate")
    )
    found = pairing(baseline, candidate, min_coverage=given["min_coverage"])
    return {
        "matched": [each.case for each in found.matched],
        "unmatched": list(found.unmatched),
        "coverage": found.coverage,
        "usable": found.usable,
        "mean_difference": found.mean_difference,
    }


def _evalue_sharp_null(given: Json) -> Json:
    found = evalue_sharp_null(baseline_only=given["b"], candidate_only=given["c"])
    return {"e_two_sided": found.e_two_sided, "e_regression": found.e_regression}


def _evalue_noninferiority(given: Json) -> Json:
    value = evalue_noninferiority(
        baseline_only=given["b"], candidate_only=given["c"], tied=given["t"], margin=given["margin"]
    )
    return {"e_value": value}


def _wald_sprt(given: Json) -> Json:
    found = wald_sprt(
        given["x"], n=given["n"], p0=given["p0"], p1=given["p1"], alpha=given["alpha"], beta=given["beta"]
    )
    return {
        "llr": found.llr,
        "upper": found.upper,
        "lower": found.lower,
        "decision": found.decision.value,
        "min_passes_to_accept": found.min_passes_to_accept,
    }


def _curtailment(given: Json) -> Json:
    found = curtailment(given["outcomes"], required=given["r"], planned=given["N"])
    return {"verdict": found.verdict.value, "stop_after": found.stop_after}


def _obf_boundaries(given: Json) -> Json:
    plan = obf_boundaries(given["looks"], alpha=given["alpha"])
    return {"critical_z": [look.critical_z for look in plan], "alpha_spent": [look.alpha_spent for look in plan]}


METHODS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "gate_verdict": _gate_verdict,
        "pairing": _pairing,
        "evalue_sharp_null": _evalue_sharp_null,
        "evalue_noninferiority": _evalue_noninferiority,
        "wald_sprt": _wald_sprt,
        "curtailment": _curtailment,
        "obf_boundaries": _obf_boundaries,
    }
)
"""Every method of this subject by name."""
