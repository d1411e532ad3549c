"""The statistics of one arm, of two arms and of their tests by name, on plain JSON values.

Each method takes and returns exactly the fields of its group (evaluation.md, section 11).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from harness.regression.exact_tests import fisher_exact, mcnemar_exact, monte_carlo_p, sign_flip_exact
from harness.regression.multiple import benjamini_hochberg, holm
from harness.regression.one_arm import (
    beta_posterior,
    cluster_robust_mean,
    mean_t_interval,
    threshold_binomial_test,
    zero_failure_sample_size,
)
from harness.regression.paired_outcomes import dirichlet_paired_posterior, tango_interval, tango_noninferiority
from harness.regression.reference_json import Json, interval_json
from harness.regression.two_arms import (
    adjusted_paired_interval,
    newcombe_unpaired_interval,
    paired_mean_difference,
)


def _beta_posterior(given: Json) -> Json:
    found = beta_posterior(
        given["x"],
        n=given["n"],
        threshold=given["threshold"],
        prior=(given["a"], given["b"]),
        confidence=given["confidence"],
    )
    return {
        "mean": found.mean,
        "low": found.low,
        "high": found.high,
        "prob_ge_threshold": found.at_least_threshold,
    }


def _zero_failure_sample_size(given: Json) -> Json:
    return {"n": zero_failure_sample_size(given["max_rate"], confidence=given["confidence"])}


def _threshold_binomial_test(given: Json) -> Json:
    return {"p_value": threshold_binomial_test(given["x"], n=given["n"], threshold=given["p0"])}


def _mean_t_interval(given: Json) -> Json:
    found = mean_t_interval(given["values"], confidence=given["confidence"])
    return {"mean": found.mean, "se": found.se, "low": found.low, "high": found.high}


def _cluster_robust_mean(given: Json) -> Json:
    found = cluster_robust_mean(given["values"], clusters=given["clusters"])
    return {
        "mean": found.interval.mean,
        "se_naive": found.se_naive,
        "se_cluster_cr1": found.interval.se,
        "se_miller": found.se_miller,
        "n_clusters": found.clusters,
        "low": found.interval.low,
        "high": found.interval.high,
    }


def _paired_mean_difference(given: Json) -> Json:
    found = paired_mean_difference(given["baseline"], given["candidate"])
    return {
        "diff": found.interval.mean,
        "se_paired": found.interval.se,
        "low": found.interval.low,
        "high": found.interval.high,
        "p_two_sided": found.p_two_sided,
        "correlation": found.correlation,
        "se_unpaired": found.se_unpaired,
    }


def _adjusted_paired_interval(given: Json) -> Json:
    baseline, candidate = ([(passes, trials) for passes, trials in given[arm]] for arm in ("baseline", "candidate"))
    found = adjusted_paired_interval(baseline, candidate, confidence=given["confidence"])
    return interval_json(found.interval) | {
        "adjusted": found.adjusted,
        "se": found.se,
        "k_harmonic": found.harmonic_trials,
        "n": found.cases,
    }


def _newcombe_unpaired_interval(given: Json) -> Json:
    candidate, baseline = ((given[f"x_{arm}"], given[f"n_{arm}"]) for arm in ("candidate", "baseline"))
    return interval_json(newcombe_unpaired_interval(candidate, baseline, confidence=given["confidence"]))


def _tango_interval(given: Json) -> Json:
    found = tango_interval(
        baseline_only=given["b"], candidate_only=given["c"], pairs=given["n"], confidence=given["confidence"]
    )
    return interval_json(found)


def _tango_noninferiority(given: Json) -> Json:
    found = tango_noninferiority(
        baseline_only=given["b"], candidate_only=given["c"], pairs=given["n"], margin=given["margin"]
    )
    return {field: None if found is None else getattr(found, field) for field in ("z", "p_value")}


def _dirichlet_paired_posterior(given: Json) -> Json:
    found = dirichlet_paired_posterior(
        both=given["n11"],
        baseline_only=given["n10"],
        candidate_only=given["n01"],
        neither=given["n00"],
        margin=given["margin"],
    )
    return {
        "mean": found.mean,
        "prob_above_minus_margin": found.above_minus_margin,
        "prob_positive": found.positive,
    }


def _mcnemar_exact(given: Json) -> Json:
    found = mcnemar_exact(baseline_only=given["b"], candidate_only=given["c"])
    return {field: getattr(found, field) for field in ("p_two_sided", "p_mid", "p_worse", "p_better")}


def _fisher_exact(given: Json) -> Json:
    return {"p_two_sided": fisher_exact((given["x1"], given["n1"]), (given["x2"], given["n2"]))}


def _sign_flip_exact(given: Json) -> Json:
    found = sign_flip_exact(given["differences"])
    return {field: getattr(found, field) for field in ("p_two_sided", "p_less", "p_greater")}


def _monte_carlo_p(given: Json) -> Json:
    return {"p_value": monte_carlo_p(given["b"], resamples=given["m"])}


def _holm(given: Json) -> Json:
    return {"adjusted": list(holm(given["p_values"]))}


def _benjamini_hochberg(given: Json) -> Json:
    return {"adjusted": list(benjamini_hochberg(given["p_values"]))}


METHODS: Mapping[str, Callable[[Json], Json]] = MappingProxyType(
    {
        "beta_posterior": _beta_posterior,
        "zero_failure_sample_size": _zero_failure_sample_size,
        "threshold_binomial_test": _threshold_binomial_test,
        "mean_t_interval": _mean_t_interval,
        "cluster_robust_mean": _cluster_robust_mean,
        "paired_mean_difference": _paired_mean_difference,
        "adjusted_paired_interval": _adjusted_paired_interval,
        "newcombe_unpaired_interval": _newcombe_unpaired_interval,
        "tango_interval": _tango_interval,
        "tango_noninferiority": _tango_noninferiority,
        "dirichlet_paired_posterior": _dirichlet_paired_posterior,
        "mcnemar_exact": _mcnemar_exact,
        "fisher_exact": _fisher_exact,
        "sign_flip_exact": _sign_flip_exact,
        "monte_carlo_p": _monte_carlo_p,
        "holm": _holm,
        "benjamini_hochberg": _benjamini_hochberg,
    }
)
"""Every method by name."""
