"""JUnit XML, as continuous integration services read it.

Arms under test are ordinary test suites. A baseline arm is a suite of its own in which what did not pass is
`skipped`: it is measured and shown, and never turns a build red. The same goes for a case that decides nothing by
itself. A comparison that gates the run is a test case of its own.
"""

import os
from pathlib import Path
from typing import assert_never
from xml.etree import ElementTree

from harness.errors import StoreError
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run
from harness.model.suite import ArmRole
from harness.regression.decision import Decision
from harness.report.blames import blame_lines, parts
from harness.report.excuses import excuse
from harness.report.findings import all_lines
from harness.report.junit_comparison import comparison_suite, legal
from harness.report.sentences import BASELINE_NOTE
from harness.report.spoiled import discarded_lines


def write_junit(run: Run, path: Path, *, decision: Decision | None = None) -> None:
    """Write a run's JUnit file, at once.

    Args:
        run: What was tried.
        path: Where the file goes.
        decision: What the run came to; None: no arms were compared.

    Raises:
        StoreError: the file cannot be written.
    """
    root = junit_tree(run, decision=decision)
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


def junit_tree(run: Run, *, decision: Decision | None = None) -> ElementTree.Element:
    """Return the document: a `testsuite` per suite and role, a `testcase` per case and arm and per comparison."""
    root = ElementTree.Element("testsuites", name="voipbin-harness")
    groups: dict[tuple[ArmRole, str], list[CaseResult]] = {}
    for result in sorted(run.results, key=lambda result: result.role is ArmRole.BASELINE):
        groups.setdefault((result.role, result.suite), []).append(result)
    for (role, suite), results in groups.items():
        name = suite if role is ArmRole.CANDIDATE else f"{suite}: {BASELINE_NOTE}"
        root.append(_suite(legal(name), results, started_at=run.started_at))
    if decision is not None and decision.judgement is not None:
        compared = comparison_suite(decision.judgement, decision.verdict)
        root.append(_totalled(compared, started_at=run.started_at, seconds=0.0))
    for total in ("tests", "failures", "errors", "skipped"):
        root.set(total, str(sum(int(each.get(total, "0")) for each in root)))
    return root


def _suite(name: str, results: list[CaseResult], *, started_at: str) -> ElementTree.Element:
    suite = ElementTree.Element("testsuite", name=name)
    for result in results:
        suite.append(_case(result))
    return _totalled(suite, started_at=started_at, seconds=sum(_seconds(result) for result in results))


def _totalled(suite: ElementTree.Element, *, started_at: str, seconds: float) -> ElementTree.Element:
    for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(total, str(len(suite.findall(f"testcase/{tag}"))))
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("time", f"{seconds:.3f}")
    # The schema knows times without a zone only; a run's are UTC.
    suite.set("timestamp", started_at.removesuffix("Z")[:19])
    return suite


def _case(result: CaseResult) -> ElementTree.Element:
    name = result.planned.removeprefix(f"{result.suite}::")
    case = ElementTree.Element(
        "testcase", classname=legal(result.suite), name=legal(name), time=f"{_seconds(result):.3f}"
    )
    reasons = legal("\n".join(result.reasons)) or result.outcome.value
    message = reasons.splitlines()[0]
    if failed_parts := parts(result.trials):
        properties = ElementTree.SubElement(case, "properties")
        ElementTree.SubElement(properties, "property", name="failed_part", value=", ".join(failed_parts))
    lines = all_lines(trial for trial in result.trials if trial.outcome is not Outcome.PASSED)
    known = "".join(f"\n{legal(line)}" for line in (*blame_lines(result.trials), *lines))
    tag = _tag(result)
    if tag == "skipped":
        why = BASELINE_NOTE if result.role is ArmRole.BASELINE else legal(excuse(result))
        ElementTree.SubElement(case, tag, message=f"{why}; {result.outcome.value}: {message}")
    elif tag:
        ElementTree.SubElement(case, tag, message=message, type=result.outcome.value).text = reasons + known
    told = "\n".join([*discarded_lines(result), *_invalid_lines(result)])
    if told:
        ElementTree.SubElement(case, "system-out").text = legal(told)
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
        case _ if result.role is ArmRole.BASELINE or (result.excused and not _violated(result)):
            return "skipped"
        case Outcome.FAILED:
            return "failure"
        case Outcome.INCONCLUSIVE | Outcome.ERROR:
            return "error"
        case _:
            assert_never(result.outcome)


def _violated(result: CaseResult) -> bool:
    return any(trial.violations for trial in result.trials)


def _seconds(result: CaseResult) -> float:
    """Return the length of a case's calls: time on the line, which is the same in every run of one seed."""
    return sum(trial.call.duration_ms for trial in result.trials if trial.call is not None) / 1000
