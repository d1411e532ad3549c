import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import ConfigurationError, StoreError, UnknownNameError
from harness.model.call import Role, Tier
from harness.model.outcome import Outcome
from harness.model.quarantine import Quarantine
from harness.model.run import CaseResult, Run, TrialResult
from harness.model.snapshots import CaseSnapshot, PromptSnapshot, Provenance
from harness.model.suite import ArmRole, Planned
from harness.regression.facts import ArmFacts, CaseFacts, TrialFacts
from harness.runner.outcome import fold_case
from harness.store.baseline import Baseline, baseline_of
from harness.store.baseline_reading import parse_baseline
from harness.store.baseline_text import baseline_text
from harness.store.baselines import find_baseline, list_baselines, read_baseline, write_baseline
from harness.testing.builders import make_arm, make_call, make_case, make_prompt, make_result, make_turn

PROVENANCE = Provenance(
    harness_version="0.1.0",
    transport="simulated",
    tier=Tier.AUDIO,
    latency="modelled",
    seed=1,
    caller_voices=("hibari:heart",),
    suites=(("desk", "ab12"), ("shop", "cd34")),
)

PROMPT = PromptSnapshot(
    name="receptionist",
    version="v2",
    digest="77",
    source="Greet the caller.\nIt's five.",
    role=ArmRole.CANDIDATE,
    path="prompts/receptionist/v2.md",
    line=4,
)


def trial(attempt: int, outcome: Outcome = Outcome.PASSED, **metrics: float) -> TrialFacts:
    return TrialFacts(attempt=attempt, outcome=outcome, metrics=tuple(sorted(metrics.items())))


def case(id: str, *trials: TrialFacts, quarantined: bool = False) -> CaseFacts:
    return CaseFacts(id=id, trials=trials, quarantined=quarantined)


def arm(*cases: CaseFacts, prompt: str = "receptionist@v2") -> ArmFacts:
    return ArmFacts(prompt=prompt, digest="77", engine_model="embedded.extractive", role=ArmRole.CANDIDATE, cases=cases)


BASELINE = Baseline(
    name="receptionist",
    run="20250601-120000-ab12",
    blessed_at="2025-06-01T13:00:00Z",
    reason='The "old" greeting',
    provenance=PROVENANCE,
    arms=(
        arm(
            case("desk::hello", trial(1, latency=6.75, hearing_wer=0.0), trial(2, Outcome.FAILED, latency=7.1)),
            case("desk::late night", trial(1, Outcome.INCONCLUSIVE), trial(3, Outcome.ERROR), quarantined=True),
        ),
    ),
    prompts=(PROMPT,),
)

TEXT = baseline_text(BASELINE)


def test_a_case_is_one_line_that_a_review_can_read() -> None:
    assert '"desk::hello" = { trials = "PF", hearing_wer = [0.0, "-"], latency = [6.75, 7.1] }' in TEXT.splitlines()
    assert '"desk::late night" = { trials = "I.E", quarantined = true }' in TEXT.splitlines()
    assert 'desk = "ab12"\nshop = "cd34"' in TEXT
    assert '"""\nGreet the caller.\nIt\'s five."""' in TEXT or "'''\nGreet the caller.\nIt's five.'''" in TEXT


def test_a_case_that_moved_changes_one_line() -> None:
    moved = replace(BASELINE, arms=(arm(case("desk::hello", trial(1), trial(2)), BASELINE.arms[0].cases[1]),))

    pairs = zip(TEXT.splitlines(), baseline_text(moved).splitlines(), strict=True)

    assert [before.partition(" = ")[0] for before, after in pairs if before != after] == ['"desk::hello"']


def test_a_file_that_git_gave_other_line_ends_is_the_same_baseline(tmp_path: Path) -> None:
    path = write_baseline(tmp_path, BASELINE)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert read_baseline(path) == BASELINE


ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
KEYS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
METRICS = st.dictionaries(
    st.sampled_from(["latency", "hearing_wer", "a metric"]), st.floats(allow_nan=False, allow_infinity=False)
)
TRIALS = st.dictionaries(st.integers(1, 6), st.tuples(st.sampled_from(Outcome), METRICS), max_size=4).map(
    lambda made: tuple(trial(attempt, outcome, **metrics) for attempt, (outcome, metrics) in sorted(made.items()))
)
CASES = st.builds(CaseFacts, id=KEYS, trials=TRIALS, quarantined=st.booleans())
ARMS = st.builds(
    ArmFacts,
    prompt=ANY_TEXT,
    digest=ANY_TEXT,
    engine_model=ANY_TEXT,
    role=st.just(ArmRole.CANDIDATE),
    cases=st.lists(CASES, min_size=1, max_size=3, unique_by=lambda each: each.id).map(tuple),
)
PROMPTS = st.builds(
    PromptSnapshot,
    name=ANY_TEXT,
    version=ANY_TEXT,
    digest=ANY_TEXT,
    source=st.text(st.sampled_from("a'\"\\\n\t é\r\x07\x7f\u2028"), max_size=20),
    role=st.just(ArmRole.CANDIDATE),
    description=ANY_TEXT,
    path=ANY_TEXT,
    line=st.integers(1, 99),
)
PROVENANCES = st.builds(
    replace,
    st.just(PROVENANCE),
    tier=st.sampled_from(Tier),
    seed=st.integers(-(2**62), 2**62),
    judge=ANY_TEXT,
    agent_voices=st.lists(ANY_TEXT, max_size=2).map(tuple),
    suites=st.lists(st.tuples(KEYS, ANY_TEXT), max_size=3, unique_by=lambda pair: pair[0]).map(tuple),
)
BASELINES = st.builds(
    Baseline,
    name=ANY_TEXT,
    run=ANY_TEXT,
    blessed_at=ANY_TEXT,
    reason=ANY_TEXT,
    provenance=PROVENANCES,
    arms=st.lists(ARMS, min_size=1, max_size=2).map(tuple),
    prompts=st.lists(PROMPTS, max_size=2).map(tuple),
)


@given(BASELINES)
def test_nothing_is_lost_between_a_baseline_and_its_file(baseline: Baseline) -> None:
    assert parse_baseline(baseline_text(baseline)) == baseline


def test_half_a_character_does_not_keep_a_baseline_from_being_written(tmp_path: Path) -> None:
    path = write_baseline(tmp_path, replace(BASELINE, reason="half \ud83d"))

    assert read_baseline(path).reason == "half \ufffd"


def swap(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda text: "", "it has schema None, this harness reads 1", id="empty"),
        pytest.param(swap("schema = 1", "schema = 9"), "it has schema 9, this harness reads 1; update", id="newer"),
        pytest.param(swap("schema = 1", "schema = true"), "it has schema True", id="schema is no number"),
        pytest.param(swap("[provenance]", "<<<<<<< HEAD"), r"Invalid statement .at line 9", id="half merged"),
        pytest.param(swap('reason = "', 'reasn = "'), "reasn: Unexpected keyword|reason: ", id="misspelt key"),
        pytest.param(swap('run = "20250601-120000-ab12"\n', ""), "run: ", id="missing key"),
        pytest.param(swap("seed = 1", 'seed = "1"'), r"provenance\.seed: .*valid integer", id="wrong type"),
        pytest.param(swap('"2025-06-01T13:00:00Z"', "2025-06-01"), "a date without quotes", id="a date"),
        pytest.param(swap('trials = "PF"', 'trials = "PX"'), "desk::hello: trials = 'PX' is not", id="letter"),
        pytest.param(swap('"I.E"', '"I."'), r"desk::late night: trials = 'I\.' is not", id="open end"),
        pytest.param(swap('trials = "PF", ', ""), "desk::hello: it has no trials", id="no trials"),
        pytest.param(
            swap("[6.75, 7.1]", "[6.75]"), "desk::hello: latency has 1 values for 2 attempts", id="too few values"
        ),
        pytest.param(swap("[6.75, 7.1]", "6.75"), "latency", id="no list"),
        pytest.param(swap("[6.75, 7.1]", '"6.75"'), "desk::hello: latency is no list", id="a text"),
        pytest.param(swap("[6.75, 7.1]", "[nan, 7.1]"), "latency holds nan, which is neither", id="not a number"),
        pytest.param(swap("[6.75, 7.1]", "[inf, 7.1]"), "latency holds inf, which is neither", id="infinite"),
        pytest.param(swap("[6.75, 7.1]", '["?", 7.1]'), "latency holds '\\?', which is neither", id="no sign"),
        pytest.param(
            swap('"I.E"', '"I.E", latency = [1.0, 2.0, 3.0]'), "an attempt that was not made", id="value of nothing"
        ),
        pytest.param(swap("quarantined = true", 'quarantined = "yes"'), "quarantined is true or false", id="flag"),
        pytest.param(swap('name = "receptionist"\nrun', 'name = "other"\nrun'), "the baseline 'other'", id="renamed"),
        pytest.param(lambda text: text[: text.index("[arms.cases]")], "arms.0.cases: ", id="cut short"),
        pytest.param(lambda text: text[: text.index('"desk::hello"')], "it holds no case", id="no case"),
    ],
)
def test_a_broken_file_says_what_is_wrong_and_what_to_do(
    tmp_path: Path, change: Callable[[str], str], message: str
) -> None:
    path = write_baseline(tmp_path, BASELINE)
    path.write_text(change(TEXT), encoding="utf-8")

    with pytest.raises(
        ConfigurationError, match=rf"(?s)receptionist\.toml is a broken baseline: .*({message})"
    ) as caught:
        read_baseline(path)

    assert "harness baseline bless RUN --name receptionist" in str(caught.value)


def test_bytes_that_are_no_text_are_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe")

    with pytest.raises(ConfigurationError, match="is a broken baseline: 'utf-8' codec"):
        read_baseline(path)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot read"):
        read_baseline(tmp_path / "gone.toml")


@pytest.mark.parametrize("name", ["", "../x", "a b", ".hidden"])
def test_a_baseline_is_named_as_a_file_can_be(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is no name for a baseline"):
        write_baseline(tmp_path, replace(BASELINE, name=name))
    with pytest.raises(UnknownNameError):
        find_baseline(tmp_path, name)


def test_baselines_are_found_by_name(tmp_path: Path) -> None:
    write_baseline(tmp_path, BASELINE)
    write_baseline(tmp_path, replace(BASELINE, name="may"))

    assert find_baseline(tmp_path, "may").name == "may"
    assert [each.name for each in list_baselines(tmp_path)] == ["may", "receptionist"]
    with pytest.raises(UnknownNameError, match=r"unknown baseline in .* 'reception'\. Did you mean 'receptionist'\?"):
        find_baseline(tmp_path, "reception")


def test_without_a_folder_there_is_no_baseline(tmp_path: Path) -> None:
    assert list_baselines(tmp_path / "none") == ()


def finished(planned: Planned, *outcomes: Outcome, latency_ms: int = 812) -> CaseResult:
    turn = make_turn(Role.AGENT, "Hello", latency_ms=latency_ms)
    calls: list[TrialResult] = [
        make_result(outcome, planned=planned, attempt=number, call=make_call(turn))
        for number, outcome in enumerate(outcomes, start=1)
    ]
    return fold_case(planned, calls)


def test_what_was_under_test_is_kept_and_what_it_was_compared_with_is_not() -> None:
    now, before = make_prompt(), make_prompt("Old.", version="v0")
    other = make_prompt("Sell.", name="sales")
    cells = [
        Planned(suite="desk", case=make_case(id="hello"), arm=make_arm(now)),
        Planned(suite="desk", case=make_case(id="hello"), arm=make_arm(before, role=ArmRole.BASELINE)),
        Planned(suite="shop", case=make_case(id="buy"), arm=make_arm(other)),
    ]
    snapshots = tuple(
        PromptSnapshot(
            name=each.arm.prompt.name,
            version=each.arm.prompt.version,
            digest=each.arm.prompt.digest,
            source=each.arm.prompt.source,
            role=each.arm.role,
        )
        for each in cells
    )
    sick = CaseSnapshot(
        suite="desk",
        id="hello",
        description="",
        persona="anna",
        manner="",
        tags=(),
        source="",
        quarantine=Quarantine(until=date(2025, 7, 1), owner="me", reason="ill"),
    )
    run = Run(
        id="r1",
        started_at="2025-06-01T12:00:00Z",
        provenance=PROVENANCE,
        prompts=snapshots,
        cases=(sick,),
        results=tuple(finished(cell, Outcome.PASSED, Outcome.FAILED) for cell in cells),
    )

    desk = baseline_of(run, name="x", blessed_at="2025-06-01T13:00:00Z", reason="y", prompt="receptionist")
    both = baseline_of(run, name="x", blessed_at="2025-06-01T13:00:00Z", reason="y")

    assert [each.prompt for each in desk.arms] == ["receptionist@v1"]
    assert [each.label for each in desk.prompts] == ["receptionist@v1"]
    assert desk.provenance.suites == (("desk", "ab12"),)
    assert desk.arms[0].cases == (
        case("desk::hello", trial(1, latency=6.6995), trial(2, Outcome.FAILED, latency=6.6995), quarantined=True),
    )
    assert [each.prompt for each in both.arms] == ["receptionist@v1", "sales@v1"]
    assert (both.cases, both.trials) == (("desk::hello", "shop::buy"), 4)
    assert both.provenance.suites == PROVENANCE.suites


def test_the_file_is_toml_for_everybody() -> None:
    document = tomllib.loads(TEXT)

    assert document["arms"][0]["cases"]["desk::hello"]["trials"] == "PF"
    assert document["prompts"][0]["text"] == PROMPT.source
