"""A rubric judge without a model: rules, values and careful abstention."""

from harness.scorers.offline_judge.judge import OfflineJudge

__all__ = ["OfflineJudge"]
