"""Resampling, repeats, variance, planning and quantiles by name, on plain JSON values.

`reference` merges these into its table; each takes and returns exactly the fields of its group (evaluation.md,
section 11).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from harness.regression.bootstrap import bca_mean, bootstrap_mean, bootstrap_wer_ratio
from harness.regression.planning import (
    PairedDesign,
    mcnemar_power,
    minimum_detectable_effect,
    optimal_trials,
    sample_size_mcnemar,
    sample_size_noninferiority,
    sample_size_paired_mean,
)
from harness.regression.quantiles import quantile, quantile_sample_size
from harness.regression.reference_json import Json
from harness.regression.repeats import PassK, flake, pass_at_k, suite_pass_k
from harness.regression.variance import icc_oneway, nested_variance

_SEED = 1


def _bootstrap_mean(given: Json) -> Json:
    found = bootstrap_mean(given["values"], seed=_SEED, confidence=given["confidence"])
    if found is None:
        return dict.fromkeys(("se_ideal", "low", "high"))
    return {"se_ideal": found.standard_error, "low": found.interval.low, "high": found.interval.high}


def _bootstrap_wer_ratio(given: Json) -> Json:
    calls = [(errors, words) for errors, words in given["calls"]]
    found = bootstrap_wer_ratio(calls, seed=_SEED, confidence=given["confidence"])
    if found is None:
        return dict.fromkeys(("wer", "low", "high"))
    return {"wer": found.interval.estimate, "low": found.interval.low, "high": found.interval.high}


def _bca_mean(given: Json) -> Json:
    found = bca_mean(given["values"], seed=_SEED, confidence=given["confidence"])
    if found is None:
        return dict.fromkeys(("acceleration", "low", "high"))
    interval = found.resampled.interval
    return {"acceleration": found.acceleration, "low": interval.low, "high": interval.high}


def _rates(found: PassK | None) -> dict[str, Any]:
    return {
        "pass_at_k": None if found is None else found.at_k,
        "pass_hat_k": None if found is None else found.hat_k,
    }


def _pass_at_k(given: Json) -> Json:
    return _rates(pass_at_k(given["c"], trials=given["n"], k=given["k"]))


def _suite_pass_k(given: Json) -> Json:
    found = suite_pass_k([(passes, trials) for passes, trials in given["cases"]], k=given["k"])
    return _rates(found.rates) | {"n_cases_used": found.used, "n_cases_skipped": found.skipped}


def _flake(given: Json) -> Json:
    found = flake([(passes, trials) for passes, trials in given["cases"]])
    return {"per_case": list(found.per_case), "suite_rate": found.suite_rate, "n_mixed": found.mixed}


def _icc_oneway(given: Json) -> Json:
    found = icc_oneway(given["groups"])
    if found is None:
        return dict.fromkeys(("msb", "msw", "k0", "var_between", "icc", "design_effect"))
    return {
        "msb": found.between,
        "msw": found.within,
        "k0": found.typical,
        "var_between": found.case_variance,
        "icc": found.icc,
        "design_effect": found.design_effect,
    }


def _nested_variance(given: Json) -> Json:
    found = nested_variance(given["scores"])
    if found is None:
        return dict.fromkeys(("var_case", "var_trial", "var_judge", "var_suite_mean"))
    return {
        "var_case": found.case,
        "var_trial": found.trial,
        "var_judge": found.judge,
        "var_suite_mean": found.suite_mean,
    }


def _optimal_trials(given: Json) -> Json:
    found = optimal_trials(
        within=given["var_within"],
        between=given["var_between"],
        case_cost=given["cost_case"],
        trial_cost=given["cost_trial"],
    )
    return {"k_real": found and found.exact, "k": found and found.trials}


def _design(given: Json) -> PairedDesign:
    return PairedDesign(
        trials_a=given["k_a"],
        trials_b=given["k_b"],
        case_variance=given["omega2"],
        variance_a=given["var_a"],
        variance_b=given["var_b"],
    )


def _sample_size_paired_mean(given: Json) -> Json:
    cases = sample_size_paired_mean(given["delta"], design=_design(given), alpha=given["alpha"], power=given["power"])
    return {"n": cases}


def _minimum_detectable_effect(given: Json) -> Json:
    effect = minimum_detectable_effect(given["n"], design=_design(given), alpha=given["alpha"], power=given["power"])
    return {"delta": effect}


def _sample_size_noninferiority(given: Json) -> Json:
    cases = sample_size_noninferiority(
        given["margin"],
        variance=given["var_d"],
        true_difference=given["true_diff"],
        alpha=given["alpha"],
        power=given["power"],
    )
    return {"n": cases}


def _mcnemar_power(given: Json) -> Json:
    chances = {"baseline_only": given["p10"], "candidate_only": given["p01"]}
    return {
        "power": mcnemar_power(given["n"], alpha=given["alpha"], **chances),
        "n_connor_80": sample_size_mcnemar(**chances),
    }


def _quantile(given: Json) -> Json:
    fields = ("estimate", "low", "high", "lower_index", "upper_index")
    found = quantile(given["values"], q=given["q"], confidence=given["confidence"])
    return {field: None if found is None else getattr(found, field) for field in fields}


def _quantile_sample_size(given: Json) -> Json:
    return {"n": quantile_sample_size(q=given["q"], confidence=given["confidence"])}


METHODS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "bootstrap_mean": _bootstrap_mean,
        "bootstrap_wer_ratio": _bootstrap_wer_ratio,
        "bca_mean": _bca_mean,
        "pass_at_k": _pass_at_k,
        "suite_pass_k": _suite_pass_k,
        "flake": _flake,
        "icc_oneway": _icc_oneway,
        "nested_variance": _nested_variance,
        "optimal_trials": _optimal_trials,
        "sample_size_paired_mean": _sample_size_paired_mean,
        "sample_size_noninferiority": _sample_size_noninferiority,
        "minimum_detectable_effect": _minimum_detectable_effect,
        "mcnemar_power": _mcnemar_power,
        "quantile": _quantile,
        "quantile_sample_size": _quantile_sample_size,
    }
)
"""Every method by name."""
