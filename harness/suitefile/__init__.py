"""Suite, persona, rubric and prompt files become suites; docs/suites.md is their reference."""

from harness.suitefile.arms import ArmChoice
from harness.suitefile.document import suite_schema
from harness.suitefile.git_prompts import known_refs, knows_ref
from harness.suitefile.lint import lint_callers, lint_quarantines
from harness.suitefile.load import find_suites, is_asked_for, load_suite, load_suites
from harness.suitefile.prompts import PromptFile, load_prompt, open_prompt
from harness.suitefile.pulled import KnownVersion, as_in_a_file, new_file, with_note

__all__ = [
    "ArmChoice",
    "KnownVersion",
    "PromptFile",
    "as_in_a_file",
    "find_suites",
    "is_asked_for",
    "known_refs",
    "knows_ref",
    "lint_callers",
    "lint_quarantines",
    "load_prompt",
    "load_suite",
    "load_suites",
    "new_file",
    "open_prompt",
    "suite_schema",
    "with_note",
]
