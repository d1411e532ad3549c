"""What both front doors do alike: start or resume a run, and make its verdict and pages from what is stored."""

from harness.runs.finishing import Finished, finish
from harness.runs.starting import announcement, count, create, new_id, prepare, resume, spoil_rule

__all__ = [
    "Finished",
    "announcement",
    "count",
    "create",
    "finish",
    "new_id",
    "prepare",
    "resume",
    "spoil_rule",
]
