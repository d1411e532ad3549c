"""The pages as files: what they say, that they are repeatable, and that nothing a run holds can break them."""

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.errors import ConfigurationError, StoreError
from harness.model.call import Call, Role
from harness.model.outcome import Outcome
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.score import Better, Quote, Score, Unscored
from harness.model.suite import ArmRole
from harness.report.html import Pages
from harness.report.pages import write_report
from harness.testing.builders import make_turn

if TYPE_CHECKING:
    from tests.report.conftest import RunBuilder, Sample

VOID = {"meta", "link", "br", "img", "wbr"}


class WellFormed(HTMLParser):
    """Collects ids, links and visible text, and fails on tags that do not match."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sources: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        if values.get("src"):
            self.sources.append(str(values["src"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a closed SVG shape: it holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> does not match, line {self.getpos()[0]}"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def read(path: Path) -> WellFormed:
    page = WellFormed()
    page.feed(path.read_text(encoding="utf-8"))
    assert page.open == []
    return page


def report(sample: "Sample", run: Run | None = None) -> Path:
    pages = sample.folder.parent / "html"
    assert write_report(run or sample.run, run_folder=sample.folder, pages=pages) == pages / "index.html"
    return pages


def a_call(run: Run) -> Call:
    call = run.results[0].trials[0].call
    assert call is not None
    return call


def with_call(run: Run, call: Call | None) -> Run:
    """Return the run with every trial's call replaced."""
    return with_trials(run, call=call)


def with_trials(run: Run, **fields: object) -> Run:
    def changed(case: CaseResult) -> CaseResult:
        trials: tuple[TrialResult, ...] = tuple(replace(trial, **fields) for trial in case.trials)  # type: ignore[arg-type]
        return replace(case, trials=trials)

    return replace(run, results=tuple(changed(case) for case in run.results))


def test_the_front_page_leads_to_every_version_and_every_failure(red: "Sample") -> None:
    pages = report(red)
    index = read(pages / "index.html")
    assert "Failed: 1 of 5 cases under test failed." in index.text
    assert "baseline (shown, never gates)" in index.text
    for link in index.links:
        path, _, anchor = link.partition("#")
        assert not anchor or path == "" or anchor in read(pages / path).ids, link
    assert {link.partition("#")[0] for link in index.links if "/" in link} == {
        "receptionist/v1.html",
        "receptionist/v2.html",
    }
    assert sum("#case-" in link for link in index.links) == 3


def test_a_version_page_says_what_changed_and_what_it_did(red: "Sample") -> None:
    page = read(report(red) / "receptionist" / "v2.html")
    assert "receptionist@v2 passes 3 of 5 cases; v1 passed 3." in page.text
    assert "added: Always repeat the day" in page.text
    assert "Before: turn 3: the agent did not say" in page.text
    assert "rubric.courtesy not measured: no judge is configured" in page.text
    assert "7 of 8 trials over 4 cases, 1 trial left out" in page.text
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_word_errors_stand_in_place_and_read_without_colour(green: "Sample") -> None:
    page = read(report(green) / "receptionist" / "v2.html")
    assert "table on lost: friday at nine for instead of eight ate people added: +please" in page.text
    assert "not played: and live music." in page.text
    assert "cut off by the caller" in page.text


def test_failed_cases_come_first_and_open(red: "Sample") -> None:
    text = (report(red) / "receptionist" / "v2.html").read_text(encoding="utf-8")
    assert text.index('<details class="case failed"') < text.index('<details class="case error"')
    assert text.index('<details class="case error"') < text.index('<details class="case passed"')
    openings = [line for line in text.splitlines() if line.startswith('<details class="case')]
    assert [line.endswith(" open>") for line in openings] == [True, True, False, False, False]


def test_recordings_are_copied_beside_the_pages(green: "Sample") -> None:
    pages = report(green)
    page = pages / "receptionist" / "v2.html"
    sources = read(page).sources
    assert len(sources) == 8
    for source in sources:
        assert (page.parent / source).read_bytes()[:4] == b"fLaC"


def test_equal_runs_give_equal_bytes(red: "Sample") -> None:
    def contents(pages: Path) -> dict[str, bytes]:
        files = (path for path in sorted(pages.rglob("*")) if path.is_file())
        return {path.relative_to(pages).as_posix(): path.read_bytes() for path in files}

    first = contents(report(red))
    other = red.folder.parent / "other"
    write_report(red.run, run_folder=red.folder, pages=other)
    assert contents(other) == first
    assert not [name for name in first if name.endswith(".part")]


def test_no_page_asks_for_anything_from_outside(red: "Sample") -> None:
    for path in report(red).rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text
        assert "http://" not in text
        assert "https://" not in text
        assert " style=" not in text
        assert " onclick" not in text


HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)> \x00\x07 \ud800 \"'&"


def test_hostile_text_is_shown_and_never_becomes_markup(green: "Sample") -> None:
    run = with_trials(green.run, reasons=(HOSTILE,), scores=(Unscored(name=HOSTILE, reason=HOSTILE),))
    call = a_call(run)
    turns = (make_turn(Role.CALLER, HOSTILE, heard=HOSTILE + "?"), make_turn(Role.AGENT, HOSTILE))
    run = with_call(run, replace(call, turns=turns))
    snapshot = replace(run.prompts[0], source=HOSTILE, description=HOSTILE)
    case = replace(run.cases[0], description=HOSTILE, persona=HOSTILE, manner=HOSTILE, tags=(HOSTILE,))
    run = replace(run, prompts=(snapshot, run.prompts[1]), cases=(case, *run.cases[1:]))
    pages = report(green, run)
    for path in pages.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script>document" not in text
        assert "<img" not in text
        assert "\x00" not in text
        read(path)
    assert HOSTILE[:30] in read(pages / "receptionist" / "v2.html").text


@pytest.mark.parametrize("name", ["../../evil", "..", "index.html", "a/b", "日本語", "CON", "x" * 300, ""])
def test_a_prompt_of_any_name_stays_within_the_pages(green: "Sample", name: str) -> None:
    prompts = (replace(green.run.prompts[0], name=name, version=name or "v1"), green.run.prompts[1])
    pages = report(green, replace(green.run, prompts=prompts))
    written = sorted(path.relative_to(pages).as_posix() for path in pages.rglob("*.html"))
    assert len(written) == 3
    assert set(read(pages / "index.html").links) - {"#main"} <= {*written}
    assert not (green.folder.parent.parent / "evil").exists()


def test_names_that_differ_in_case_only_have_pages_of_their_own(green: "Sample") -> None:
    v2, v1 = green.run.prompts
    pages = report(green, replace(green.run, prompts=(replace(v2, name="Desk"), replace(v1, name="desk"))))
    folders = {path.parent.name.lower() for path in pages.rglob("v*.html")}
    assert len(folders) == 2


def test_a_run_without_anything_has_a_page_that_says_so(builder: "RunBuilder", tmp_path: Path) -> None:
    empty = replace(builder.run(planned=6), prompts=(), cases=())
    page = read(write_report(empty, run_folder=tmp_path, pages=tmp_path / "html"))
    assert "Nothing proved: no case under test was finished. 6 planned trials did not finish." in page.text
    assert "This run holds no prompt version." in page.text


def test_a_version_without_results_has_a_page_that_says_so(builder: "RunBuilder", tmp_path: Path) -> None:
    write_report(builder.run(), run_folder=tmp_path, pages=tmp_path / "html")
    page = read(tmp_path / "html" / "receptionist" / "v2.html")
    assert "No call was finished for receptionist@v2." in page.text


def test_a_call_held_as_text_says_there_is_nothing_to_hear(green: "Sample") -> None:
    call = a_call(green.run)
    page = read(report(green, with_call(green.run, replace(call, recording=None))) / "receptionist" / "v2.html")
    assert "This call has no recording: it was held as text." in page.text
    assert page.sources == []


@pytest.mark.parametrize("path", ["audio/gone.flac", "../../../etc/passwd"])
def test_a_recording_that_is_gone_or_elsewhere_is_named_and_nothing_is_copied(green: "Sample", path: str) -> None:
    call = a_call(green.run)
    assert call.recording is not None
    run = with_call(green.run, replace(call, recording=replace(call.recording, path=path)))
    pages = report(green, run)
    assert f"The recording {path} is no longer in the run's folder." in read(pages / "receptionist" / "v2.html").text
    assert not (pages / "audio").exists()


def test_a_recording_that_cannot_be_read_is_named(green: "Sample") -> None:
    for path in (green.folder / "audio").iterdir():
        path.write_bytes(b"fLaC, they said")
    page = read(report(green) / "receptionist" / "v2.html")
    assert "cannot be read" in page.text
    assert "Hi, I would like a table" in page.text


def test_a_very_long_turn_is_folded(green: "Sample") -> None:
    call = a_call(green.run)
    long = make_turn(Role.AGENT, " ".join(f"word{number}" for number in range(3000)))
    page = read(report(green, with_call(green.run, replace(call, turns=(long,)))) / "receptionist" / "v2.html")
    assert "… show the other 2,880 words" in page.text
    assert "word2999" in page.text


def test_texts_of_any_direction_are_isolated(green: "Sample") -> None:
    call = a_call(green.run)
    turns = (
        make_turn(Role.CALLER, "مرحبا، أريد طاولة"),
        make_turn(Role.AGENT, "八名様ですね。"),
        make_turn(Role.AGENT, ""),
    )
    path = report(green, with_call(green.run, replace(call, turns=turns))) / "receptionist" / "v2.html"
    assert '<bdi dir="auto">مرحبا، أريد طاولة</bdi>' in path.read_text(encoding="utf-8")
    assert "八名様ですね。" in read(path).text
    assert "(no words)" in read(path).text


def test_a_failed_requirement_of_the_whole_call_marks_the_turn_it_quotes(green: "Sample") -> None:
    score = Score(
        name="never_says",
        value=0.0,
        better=Better.HIGHER,
        passed=False,
        required=True,
        reason="the agent said “lovely”",
        quotes=(Quote(turn=0, text="a lovely terrace"),),
    )
    path = report(green, with_trials(green.run, scores=(score,), outcome=Outcome.FAILED)) / "receptionist" / "v2.html"
    assert 'class="turn agent failed"' in path.read_text(encoding="utf-8")
    page = read(path)
    assert "Hear the failed turn" in page.text
    assert "turn 1 a lovely terrace" in page.text
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_a_finding_without_a_requirement_is_noted_and_a_perfect_one_is_not(green: "Sample") -> None:
    lost = Score(name="entity_heard", value=0.5, better=Better.HIGHER, turn=1, reason="1 of 2 values, not “nine”")
    kept = Score(name="entity_heard", value=1.0, better=Better.HIGHER, turn=3, reason="2 of 2 values")
    page = read(report(green, with_trials(green.run, scores=(lost, kept))) / "receptionist" / "v2.html")
    assert "noted: 1 of 2 values, not “nine”" in page.text
    assert "2 of 2 values" not in page.text


def test_many_different_gaps_are_summed_up(green: "Sample") -> None:
    gaps = tuple(Unscored(name=f"score_{number}", reason="no recogniser") for number in range(9))
    page = read(report(green, with_trials(green.run, scores=gaps)) / "receptionist" / "v2.html")
    assert "8 × score_0 (no recogniser)" in page.text
    assert "40 more answers, each with its reason beside its call" in page.text


def test_a_prompt_under_test_that_is_a_baseline_elsewhere_is_judged_by_its_own_cases_only(red: "Sample") -> None:
    others = tuple(replace(case, role=ArmRole.BASELINE) for case in red.run.results if case.case == "opening_hours")
    rest = tuple(case for case in red.run.results if case.case in ("booking_for_eight", "closed_on_monday"))
    page = read(report(red, replace(red.run, results=(*rest, *others))) / "receptionist" / "v2.html")
    assert "receptionist@v2 passes 2 of 2 cases" in page.text
    assert "baseline here" in page.text


def test_pages_that_cannot_be_written_name_cause_and_fix(green: "Sample") -> None:
    blocked = green.folder.parent / "html"
    blocked.write_text("in the way")
    with pytest.raises(StoreError, match="harness report"):
        write_report(green.run, run_folder=green.folder, pages=blocked)


def test_missing_templates_are_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="templates"):
        Pages(tmp_path)
