"""Checks that need no judge: what was said, done and measured, one kind a subject, put together as the author likes."""

from harness.scorers.checks.scorer import CheckScorer

__all__ = ["CheckScorer"]
