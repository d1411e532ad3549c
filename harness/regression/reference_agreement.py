"""Rates of one arm and agreement with people, by name, on plain JSON values (evaluation.md, sections 2.2 and 3.5)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.regression.agreement import (
    JudgeCounts,
    agreement_two_raters,
    krippendorff_alpha,
    panel_verdict,
    ppi_mean,
    rogan_gladen,
)
from harness.regression.intervals import clopper_pearson_interval, clustered_wilson, wilson_interval
from harness.regression.reference_json import Json, interval_json


def _wilson_interval(given: Json) -> Json:
    return interval_json(wilson_interval(given["x"], n=given["n"], confidence=given["confidence"]))


def _clopper_pearson_interval(given: Json) -> Json:
    found = clopper_pearson_interval(given["x"], n=given["n"], confidence=given["confidence"])
    return {"low": found.low, "high": found.high}


def _clustered_wilson(given: Json) -> Json:
    found = clustered_wilson([(passes, trials) for passes, trials in given["cases"]], confidence=given["confidence"])
    return interval_json(found.interval) | {"n_cases": found.cases, "n_trials": found.trials, "n_eff": found.effective}


def _agreement_two_raters(given: Json) -> Json:
    fields = ("observed", "kappa", "kappa_linear", "kappa_quadratic", "ac1")
    found = agreement_two_raters(given["table"])
    return {field: None if found is None else getattr(found, field) for field in fields}


def _krippendorff_alpha(given: Json) -> Json:
    return {"alpha": krippendorff_alpha(given["ratings"], level=given["level"])}


def _rogan_gladen(given: Json) -> Json:
    counts = JudgeCounts(
        right_passes=given["tp"], human_passes=given["m1"], right_fails=given["tn"], human_fails=given["m0"]
    )
    found = rogan_gladen(given["passes"], n=given["n"], counts=counts, confidence=given["confidence"])
    return interval_json(found) | {"youden": counts.youden}


def _ppi_mean(given: Json) -> Json:
    weight = None if given["lambda"] == "auto" else given["lambda"]
    found = ppi_mean(given["y"], given["f"], given["f_unlabelled"], weight=weight, confidence=given["confidence"])
    if found is None:
        return {"lambda_used": None, "estimate": None, "low": None, "high": None}
    return interval_json(found.interval) | {"lambda_used": found.weight}


def _panel_verdict(given: Json) -> Json:
    found = panel_verdict(given["votes"], quorum=given["quorum"])
    return {"verdict": found.verdict, "agreement": found.agreement}


METHODS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "wilson_interval": _wilson_interval,
        "clopper_pearson_interval": _clopper_pearson_interval,
        "clustered_wilson": _clustered_wilson,
        "agreement_two_raters": _agreement_two_raters,
        "krippendorff_alpha": _krippendorff_alpha,
        "rogan_gladen": _rogan_gladen,
        "ppi_mean": _ppi_mean,
        "panel_verdict": _panel_verdict,
    }
)
"""Every method by name."""
