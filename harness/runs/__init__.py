"""What both front doors do alike: plan, start and resume a run, and make verdict and pages from what is stored."""

from harness.runs.against import against_of
from harness.runs.finishing import Finished, finish, further_slots
from harness.runs.money import budget_of
from harness.runs.planning import Plan, make_plan
from harness.runs.referee import referee_of
from harness.runs.starting import announcement, count, create, new_id, prepare, resume, spoil_rule

__all__ = [
    "Finished",
    "Plan",
    "against_of",
    "announcement",
    "budget_of",
    "count",
    "create",
    "finish",
    "further_slots",
    "make_plan",
    "new_id",
    "prepare",
    "referee_of",
    "resume",
    "spoil_rule",
]
