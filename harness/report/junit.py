"""JUnit XML, as continuous integration services read it.

Arms under test are ordinary test suites. A baseline arm is a suite of its own in which what did not pass is
`skipped`: it is measured and shown, and never turns a build red.
"""

import os
import re
from pathlib import Path
from typing import assert_never
from xml.etree import ElementTree

from harness.errors import StoreError
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run
from harness.model.suite import ArmRole
from harness.report.blames import blame_lines, parts
from harness.report.findings import all_lines
from harness.report.sentences import BASELINE_NOTE
from harness.report.spoiled import discarded_lines

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def write_junit(run: Run, path: Path) -> None:
    """Write a run's JUnit file, at once.

    Raises:
        StoreError: the file cannot be written.
    """
    root = junit_tree(run)
    ElementTree.indent(root)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")
        part.replace(path)
    except OSError as error:
        raise StoreError(
            f"cannot write the JUnit file: {error.strerror or error}. Check that its folder exists and may be written",
            path=str(path),
        ) from error


def junit_tree(run: Run) -> ElementTree.Element:
    """Return the document: a `testsuite` per suite and role, a `testcase` per case and arm."""
    root = ElementTree.Element("testsuites", name="voipbin-harness")
    groups: dict[tuple[ArmRole, str], list[CaseResult]] = {}
    for result in sorted(run.results, key=lambda result: result.role is ArmRole.BASELINE):
        groups.setdefault((result.role, result.suite), []).append(result)
    for (role, suite), results in groups.items():
        name = suite if role is ArmRole.CANDIDATE else f"{suite}: {BASELINE_NOTE}"
        root.append(_suite(_legal(name), results, started_at=run.started_at))
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(each.get(total, "0")) for each in root)))
    return root


def _suite(name: str, results: list[CaseResult], *, started_at: str) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=name)
    for result in results:
        suite.append(_case(result))
    for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(total, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(results)))
    suite.set("time", f"{sum(_seconds(result) for result in results):.3f}")
    # The schema knows times without a zone only; a run's are UTC.
    suite.set("timestamp", started_at.removesuffix("Z")[:19])
    return suite


def _case(result: CaseResult) -> ElementTree.Element:
    name = result.planned.removeprefix(f"{result.suite}::")
    case = ElementTree.Element(
        "testcase", classname=_legal(result.suite), name=_legal(name), time=f"{_seconds(result):.3f}"
    )
    reasons = _legal("\n".join(result.reasons)) or result.outcome.value
    message = reasons.splitlines()[0]
    if failed_parts := parts(result.trials):
        properties = ElementTree.SubElement(case, "properties")
        ElementTree.SubElement(properties, "property", name="failed_part", value=", ".join(failed_parts))
    lines = all_lines(trial for trial in result.trials if trial.outcome is not Outcome.PASSED)
    known = "".join(f"\n{_legal(line)}" for line in (*blame_lines(result.trials), *lines))
    tag = _tag(result)
    if tag == "skipped":
        ElementTree.SubElement(case, tag, message=f"{BASELINE_NOTE}; {result.outcome.value}: {message}")
    elif tag:
        ElementTree.SubElement(case, tag, message=message, type=result.outcome.value).text = reasons + known
    told = "\n".join([*discarded_lines(result), *_invalid_lines(result)])
    if told:
        ElementTree.SubElement(case, "system-out").text = _legal(told)
    return case


def _invalid_lines(result: CaseResult) -> list[str]:
    """Return `trial 1 is invalid (audio): …` for trials that count and could not be used all the same."""
    return [
        f"trial {trial.trial.attempt} is invalid ({trial.validity.kind}): {trial.validity.reason}"
        for trial in result.trials
        if trial.validity is not None and not trial.validity.valid
    ]


def _tag(result: CaseResult) -> str:
    """Return the element a case's outcome is told by; empty when it passed."""
    match result.outcome:
        case Outcome.PASSED:
            return ""
        case _ if result.role is ArmRole.BASELINE:
            return "skipped"
        case Outcome.FAILED:
            return "failure"
        case Outcome.INCONCLUSIVE | Outcome.ERROR:
            return "error"
        case _:
            assert_never(result.outcome)


def _seconds(result: CaseResult) -> float:
    """Return the length of a case's calls: time on the line, which is the same in every run of one seed."""
    return sum(trial.call.duration_ms for trial in result.trials if trial.call is not None) / 1000


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
