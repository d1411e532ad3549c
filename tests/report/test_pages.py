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
from tests.report.reading import case_records, list_columns, page_text, places, trials_of, turns_of

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


def report(sample: "Sample", run: Run | None = None, *, heard: bool = False) -> Path:
    """Write the pages; without recordings, which take longest, unless they are what a test is about."""
    pages = sample.folder.parent / "html"
    shown = (run or sample.run) if heard else silent(run or sample.run)
    assert write_report(shown, run_folder=sample.folder, pages=pages) == pages / "index.html"
    return pages


def silent(run: Run) -> Run:
    def without(trial: TrialResult) -> TrialResult:
        return replace(trial, call=replace(trial.call, recording=None)) if trial.call else trial

    results = (replace(case, trials=tuple(map(without, case.trials))) for case in run.results)
    return replace(run, results=tuple(results))


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
        assert not anchor or path == "" or anchor in places(pages / path), link
    assert {link.partition("#")[0] for link in index.links if "/" in link} == {
        "receptionist/v1.html",
        "receptionist/v2.html",
    }
    assert sum("#case-" in link for link in index.links) == 3


def test_a_version_page_says_what_changed_and_what_it_did(red: "Sample") -> None:
    pages = report(red)
    page = read(pages / "receptionist" / "v2.html")
    assert "receptionist@v2 passes 3 of 5 cases; v1 passed 3." in page.text
    assert "added: Always repeat the day" in page.text
    assert "Before: turn 3: the agent did not say" in page.text
    assert "7 of 8 trials over 4 cases, 1 trial left out" in page.text
    assert {link[1:] for link in page.links if link.startswith("#")} <= places(pages / "receptionist" / "v2.html")
    assert len(page.ids) == len(set(page.ids))


def test_word_errors_stand_in_place(green: "Sample") -> None:
    greeting, booking = turns_of(report(green) / "receptionist" / "v2.html")[:2]
    spans = booking["others"][0]["spans"]
    assert [span["kind"] for span in spans][-5:] == ["delete", "equal", "substitute", "equal", "insert"]
    assert [span.get("reference", span.get("hypothesis")) for span in spans][-5:] == [
        *("friday", "at nine for", "eight", "people", "please")
    ]
    assert greeting["unspoken"] == "and live music."
    assert greeting["interrupted"]


def test_failed_cases_come_first(red: "Sample") -> None:
    page = report(red) / "receptionist" / "v2.html"
    expected = ["failed", "error", "passed", "passed", "passed"]
    assert [case["outcome"] for case in case_records(page)] == expected
    assert list_columns(page)["columns"]["outcome"] == expected


def test_a_case_stands_beside_the_same_case_of_the_baseline(red: "Sample") -> None:
    pages = report(red)
    cases = {case["title"]: case for case in case_records(pages / "receptionist" / "v2.html")}
    theirs = {case["title"]: case for case in case_records(pages / "receptionist" / "v1.html")}
    assert {title: case["before"] for title, case in cases.items()} == theirs
    assert cases["opening_hours"]["movement"] == "broke"


def test_recordings_stand_as_small_files_beside_the_pages(green: "Sample") -> None:
    pages = report(green, heard=True)
    page = pages / "receptionist" / "v2.html"
    sources = [trial["audio_href"] for trial in trials_of(page)]
    assert len(sources) == 8
    for source in sources:
        assert (page.parent / source).read_bytes()[:4] == b"OggS"


def test_recordings_stand_within_the_pages_up_to_a_size(red: "Sample") -> None:
    pages = red.folder.parent / "html"
    write_report(red.run, run_folder=red.folder, pages=pages, embed_bytes=150_000)
    page = pages / "receptionist" / "v2.html"
    heard = [trial.get("audio_href", "")[:30] for trial in trials_of(page)]
    assert heard[:2] == ["data:audio/ogg;codecs=opus;bas"] * 2
    assert heard[-1] == ""
    assert "the pages hold no more than 0.15 MB. It is in the run's folder: audio/" in page_text(page)
    assert "these pages hold no more than 0.15 MB of sound, failed cases first" in read(page).text
    assert "media-src data:;" in page.read_text(encoding="utf-8")
    assert not (pages / "audio").exists()


def test_equal_runs_give_equal_bytes(red: "Sample") -> None:
    def contents(pages: Path) -> dict[str, bytes]:
        files = (path for path in sorted(pages.rglob("*")) if path.is_file())
        return {path.relative_to(pages).as_posix(): path.read_bytes() for path in files}

    first = contents(report(red, heard=True))
    other = red.folder.parent / "other"
    write_report(red.run, run_folder=red.folder, pages=other)
    assert contents(other) == first
    assert not [name for name in first if name.endswith(".part")]


def test_no_page_asks_for_anything_from_outside(red: "Sample") -> None:
    for path in report(red).rglob("*.html"):
        # The name of SVG looks like an address, but nothing is asked for there.
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
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
    assert HOSTILE[:60] in page_text(pages / "receptionist" / "v2.html")


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
    page = report(green, with_call(green.run, replace(call, recording=None))) / "receptionist" / "v2.html"
    assert {trial["audio_missing"] for trial in trials_of(page)} == {"This call has no recording: it was held as text."}
    assert not any("audio_href" in trial for trial in trials_of(page))


@pytest.mark.parametrize("path", ["audio/gone.flac", "../../../etc/passwd"])
def test_a_recording_that_is_gone_or_elsewhere_is_named_and_nothing_is_copied(green: "Sample", path: str) -> None:
    call = a_call(green.run)
    assert call.recording is not None
    run = with_call(green.run, replace(call, recording=replace(call.recording, path=path)))
    pages = report(green, run, heard=True)
    assert f"The recording {path} is no longer in the run's folder." in page_text(pages / "receptionist" / "v2.html")
    assert not (pages / "audio").exists()


def test_a_recording_that_cannot_be_read_is_named(green: "Sample") -> None:
    for path in (green.folder / "audio").iterdir():
        path.write_bytes(b"fLaC, they said")
    text = page_text(report(green, heard=True) / "receptionist" / "v2.html")
    assert "cannot be read" in text
    assert "Hi, I would like a table" in text


def test_a_very_long_turn_is_folded(green: "Sample") -> None:
    call = a_call(green.run)
    long = make_turn(Role.AGENT, " ".join(f"word{number}" for number in range(3000)))
    (turn, *_) = turns_of(
        report(green, with_call(green.run, replace(call, turns=(long,)))) / "receptionist" / "v2.html"
    )
    assert turn["text"]["tail_words"] == 2880
    assert turn["text"]["head"].endswith("word119")
    assert turn["text"]["tail"].endswith("word2999")


def test_texts_of_any_script_are_kept(green: "Sample") -> None:
    call = a_call(green.run)
    turns = (
        make_turn(Role.CALLER, "مرحبا، أريد طاولة"),
        make_turn(Role.AGENT, "八名様ですね。"),
        make_turn(Role.AGENT, ""),
    )
    path = report(green, with_call(green.run, replace(call, turns=turns))) / "receptionist" / "v2.html"
    assert [turn["text"].get("head", "") for turn in turns_of(path)[:3]] == ["مرحبا، أريد طاولة", "八名様ですね。", ""]


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
    trial = trials_of(path)[0]
    (quote,) = trial["checks"][0]["quotes"]
    assert [turn.get("failed", False) for turn in turns_of(path)[:5]] == [True, False, False, False, False]
    assert trial["hear_from_s"] == "0.000"
    assert (quote["place"], quote["text"]) == ("turn 1", "a lovely terrace")
    assert quote["anchor"] in places(path)


def test_a_finding_without_a_requirement_is_noted_and_a_perfect_one_is_not(green: "Sample") -> None:
    lost = Score(name="entity_heard", value=0.5, better=Better.HIGHER, turn=1, reason="1 of 2 values, not “nine”")
    kept = Score(name="entity_heard", value=1.0, better=Better.HIGHER, turn=3, reason="2 of 2 values")
    path = report(green, with_trials(green.run, scores=(lost, kept))) / "receptionist" / "v2.html"
    noted = [check["text"] for turn in turns_of(path) for check in turn.get("checks", []) if check["word"] == "noted"]
    assert set(noted) == {"1 of 2 values, not “nine”"}
    assert "2 of 2 values" not in page_text(path)


def test_many_different_gaps_are_summed_up(green: "Sample") -> None:
    gaps = tuple(Unscored(name=f"score_{number}", reason="no recogniser") for number in range(9))
    page = read(report(green, with_trials(green.run, scores=gaps)) / "receptionist" / "v2.html")
    assert "8 × score_0 (no recogniser)" in page.text
    assert "40 more answers, each with its reason beside its call" in page.text


def test_a_prompt_under_test_that_is_a_baseline_elsewhere_is_judged_by_its_own_cases_only(red: "Sample") -> None:
    others = tuple(replace(case, role=ArmRole.BASELINE) for case in red.run.results if case.case == "opening_hours")
    rest = tuple(case for case in red.run.results if case.case in ("booking_for_eight", "closed_on_monday"))
    path = report(red, replace(red.run, results=(*rest, *others))) / "receptionist" / "v2.html"
    assert "receptionist@v2 passes 2 of 2 cases" in read(path).text
    assert [case.get("is_baseline", False) for case in case_records(path)].count(True) == 1


def test_pages_that_cannot_be_written_name_cause_and_fix(green: "Sample") -> None:
    blocked = green.folder.parent / "html"
    blocked.write_text("in the way")
    with pytest.raises(StoreError, match="harness report"):
        write_report(green.run, run_folder=green.folder, pages=blocked)


def test_missing_templates_are_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="templates"):
        Pages(tmp_path)
