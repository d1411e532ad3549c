"""The comparisons of a run as JUnit test cases, so that a build goes red for the same reason as the run."""

import re
from typing import assert_never
from xml.etree import ElementTree

from harness.model.verdict import Verdict
from harness.regression.judgement import ArmChange, Judgement, Standing
from harness.regression.policy import Policy, Undecided
from harness.report.change_words import change_words, early_words, own_doubts, standing_word

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def comparison_suite(judgement: Judgement, verdict: Verdict) -> ElementTree.Element:
    """Return a `testsuite` named `comparison` with a `testcase` for every candidate arm, without its totals."""
    suite = ElementTree.Element("testsuite", name="comparison")
    for change in judgement.changes:
        suite.append(_case(change, verdict, policy=judgement.policy))
    if not judgement.changes:
        case = ElementTree.SubElement(suite, "testcase", classname="comparison", name="comparison", time="0.000")
        message = legal(judgement.sentence)
        ElementTree.SubElement(case, "error" if judgement.policy.gates else "skipped", message=message)
    return suite


def legal(text: str) -> str:
    """Return a text that XML can hold."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def _case(change: ArmChange, verdict: Verdict, *, policy: Policy) -> ElementTree.Element:
    name = f"comparison {change.candidate} against {change.baseline or 'nothing'} [{change.engine_model}]"
    case = ElementTree.Element("testcase", classname="comparison", name=legal(name), time="0.000")
    word = standing_word(change.standing)
    text = legal("\n".join([f"{word} ({change.source}, profile {policy.profile.value})", *_lines(change, verdict)]))
    tag = _tag(change, policy)
    if tag:
        told = ElementTree.SubElement(case, tag, message=text.splitlines()[0])
        if tag != "skipped":
            told.set("type", change.standing.value)
            told.text = text
    ElementTree.SubElement(case, "system-out").text = text
    return case


def _tag(change: ArmChange, policy: Policy) -> str:
    """Return the element a comparison is told by; empty where it lets the run pass."""
    if not policy.gates:
        return "skipped"
    match change.standing:
        case Standing.IMPROVED | Standing.NON_INFERIOR | Standing.DEGRADED_WITHIN_MARGIN:
            return ""
        case Standing.REGRESSED:
            return "failure"
        case Standing.NOT_COMPARABLE:
            return "error"
        case Standing.INCONCLUSIVE:
            return "error" if change.doubted or policy.undecided is Undecided.FAIL else "skipped"
        case _:
            assert_never(change.standing)


def _lines(change: ArmChange, verdict: Verdict) -> list[str]:
    lines = []
    for metric in change.metrics:
        words = change_words(metric, trials=change.trials)
        moved = f"{words.change} {words.interval}".strip()
        numbers = f"{words.before} → {words.after}, {moved} ({words.confidence} interval), {words.size}"
        lines.append(f"{words.metric}: {numbers}: {words.word}, margin {words.margin}")
        lines.extend(f"  because {doubt}" for doubt in words.doubts)
    lines.extend(f"because {each}" for each in (*change.differs, *own_doubts(change)))
    lines.extend([evidence] if (evidence := early_words(change, verdict)) else [])
    lines.extend([f"worse: {', '.join(change.worse)}"] if change.worse else [])
    return lines
