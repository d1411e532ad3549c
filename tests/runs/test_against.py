import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli import main
from harness.errors import ConfigurationError
from harness.model.call import Tier
from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.model.snapshots import Provenance
from harness.model.suite import ArmRole, Planned
from harness.runner.outcome import fold_outcomes
from harness.runs.against import Against, Beside, GitVersion, NoBaseline, PromptVersion, against_of, resolve_against
from harness.runs.asked import StoredReference
from harness.settings import Settings
from harness.store.baseline import baseline_of
from harness.store.baselines import write_baseline
from harness.store.folder import create_run
from harness.store.reading import load_run
from harness.suitefile import ArmChoice
from harness.testing.builders import make_arm, make_case, make_prompt, make_result
from tests.corner_books import write_project
from tests.git_repository import Git, make_repository

MAY, JUNE = "20250501-120000-ab12", "20250601-120000-cd34"
PROVENANCE = Provenance(harness_version="0", transport="simulated", tier=Tier.TEXT, latency="modelled", seed=1)
CELLS = (
    Planned(suite="desk", case=make_case(), arm=make_arm()),
    Planned(suite="desk", case=make_case(), arm=make_arm(make_prompt("Old.", version="v0"), role=ArmRole.BASELINE)),
)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Two stored runs, the baseline `desk` of the first, in a folder that is no repository."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    made = Settings(reports=tmp_path / "reports")
    for id in (MAY, JUNE):
        folder = create_run(made.runs, Run(id=id, started_at="2025-05-01T12:00:00Z", provenance=PROVENANCE), CELLS)
        for cell in CELLS:
            folder.append(make_result(Outcome.PASSED, planned=cell))
    run = load_run(made.runs / MAY, fold=fold_outcomes)
    write_baseline(made.baselines, baseline_of(run, name="desk", blessed_at="2025-05-02T12:00:00Z", reason="shipped"))
    return made


@pytest.fixture
def git(settings: Settings, tmp_path: Path) -> Git:
    """Runs git in a repository around the stored runs, with the branches main, may and 2025."""
    run = make_repository(tmp_path)
    for branch in ("may", "desk", "2025"):
        run("branch", branch)
    return run


def resolved(ref: str, *, settings: Settings) -> Against:
    return resolve_against(ref, settings=settings, suites=[settings.reports.parent])


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        pytest.param("none", NoBaseline(), id="none"),
        pytest.param("desk@v1", PromptVersion("desk@v1"), id="a version"),
        pytest.param("desk@v1~1a2b3c4", PromptVersion("desk@v1~1a2b3c4"), id="a version at a commit"),
        pytest.param("git:main", GitVersion("main"), id="git"),
        pytest.param("git:HEAD@{1}", GitVersion("HEAD@{1}"), id="git with a reflog"),
        pytest.param("main", GitVersion("main"), id="a branch"),
        pytest.param("HEAD", GitVersion("HEAD"), id="the commit that is checked out"),
        pytest.param("main@{0}", GitVersion("main@{0}"), id="an entry of the reflog"),
    ],
)
def test_what_runs_beside_is_named_by_version_or_git_ref(
    git: Git, settings: Settings, ref: str, expected: Against
) -> None:
    assert resolved(ref, settings=settings) == expected


@pytest.mark.parametrize(
    ("ref", "source"),
    [
        pytest.param("baseline:desk", "baseline desk", id="a baseline"),
        pytest.param("desk", "baseline desk", id="a baseline by its name alone"),
        pytest.param(f"run:{MAY}", f"run {MAY}", id="a run"),
        pytest.param("run:202505", f"run {MAY}", id="the start of its id"),
        pytest.param("202506", f"run {JUNE}", id="the start alone"),
        pytest.param("run:latest", f"run {JUNE}", id="the latest run"),
        pytest.param("latest", f"run {JUNE}", id="latest alone"),
    ],
)
def test_what_was_measured_before_is_read_without_its_own_baseline(settings: Settings, ref: str, source: str) -> None:
    found = resolved(ref, settings=settings)

    assert isinstance(found, StoredReference)
    assert found.source == source
    assert [(arm.prompt, arm.role) for arm in found.arms] == [("receptionist@v1", ArmRole.CANDIDATE)]
    assert found.provenance.tier is Tier.TEXT


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        pytest.param("desk", "'desk' fits more than one .*: baseline:desk or git:desk$", id="a baseline and a branch"),
        pytest.param("2025", "'2025' fits more than one .*: run:2025 or git:2025$", id="runs and a branch"),
        pytest.param("mian", r"unknown baseline, run or git ref 'mian'\. Did you mean 'main'\?", id="misspelt"),
        pytest.param(
            "receptionist",
            rf"nothing .* is named 'receptionist'\. There are baselines: desk; runs: latest, {JUNE}, {MAY}; "
            "git refs: .*main.* Or name a prompt version",
            id="nothing like it",
        ),
        pytest.param("", "nothing to compare with is named ''", id="empty"),
    ],
)
def test_a_word_for_two_things_or_none_is_an_error(git: Git, settings: Settings, ref: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        resolved(ref, settings=settings)


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        pytest.param("2025", f"'2025' is the start of 2 runs in .*: {MAY}, {JUNE}", id="two runs"),
        pytest.param("run:1999", "unknown run in .* '1999'", id="no run"),
        pytest.param("run:", "unknown run in .* ''", id="a run without a name"),
        pytest.param("baseline:dask", r"unknown baseline in .* 'dask'\. Did you mean 'desk'\?", id="no baseline"),
        pytest.param("baseline:../desk", "unknown baseline in", id="a path"),
        pytest.param("main", "There are baselines: desk; runs: .*; git refs: none", id="no repository"),
    ],
)
def test_a_name_that_stands_for_nothing_is_an_error(settings: Settings, ref: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        resolved(ref, settings=settings)


def test_a_broken_baseline_is_an_error_before_any_call(settings: Settings) -> None:
    (settings.baselines / "desk.toml").write_text("schema = 1\n")

    with pytest.raises(ConfigurationError, match=r"desk\.toml is a broken baseline: name: "):
        resolved("desk", settings=settings)


def test_a_run_without_a_call_is_nothing_to_compare_with(settings: Settings) -> None:
    (settings.runs / JUNE / "trials" / "main.jsonl").unlink()

    with pytest.raises(ConfigurationError, match=f"run {JUNE} has no finished call of a prompt under test"):
        resolved("latest", settings=settings)


def test_without_any_run_latest_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="runs: none"):
        resolve_against("latest", settings=Settings(reports=tmp_path), suites=[tmp_path])


@pytest.mark.parametrize(
    ("against", "choice", "asked"),
    [
        pytest.param(None, ArmChoice(prompts=("a@1",)), False, id="as the suites say"),
        pytest.param(NoBaseline(), ArmChoice(prompts=("a@1",), against="none"), False, id="none"),
        pytest.param(PromptVersion("a@0"), ArmChoice(prompts=("a@1",), against="a@0"), True, id="a version"),
        pytest.param(GitVersion("main"), ArmChoice(prompts=("a@1",), against_git="main"), True, id="git"),
        pytest.param(
            StoredReference(source="run x", arms=(), provenance=PROVENANCE),
            ArmChoice(prompts=("a@1",), against="none"),
            True,
            id="measured before",
        ),
    ],
)
def test_each_kind_chooses_its_arms(against: Against | None, choice: ArmChoice, asked: bool) -> None:
    beside = Beside(against=against)

    assert beside.choice(prompts=["a@1"]) == choice
    assert beside.asked is asked
    assert beside.stored == ((against,) if isinstance(against, StoredReference) else ())


def test_without_the_option_nothing_is_looked_up(tmp_path: Path) -> None:
    assert against_of(None, settings=Settings(reports=tmp_path), suites=[]) == Beside()


def harness(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return result.exit_code, result.output


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed project, the current folder, whose prompt then lost the opening hours."""
    write_project(tmp_path / "suites")
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\ntier = "text"\n')
    make_repository(tmp_path)
    monkeypatch.chdir(tmp_path)
    prompts = tmp_path / "suites" / "prompts" / "desk"
    (prompts / "v1.md").write_text((prompts / "v2.md").read_text())
    return tmp_path


def test_a_prompt_that_was_edited_is_run_beside_what_git_has(project: Path) -> None:
    code, output = harness("run", "--against", "main", "--trials", "3")

    assert code == 1, output
    (run,) = (project / "reports" / "runs").iterdir()
    trials = (run / "trials" / "main.jsonl").read_text()
    assert re.search(r'"desk::until_when\[desk@v1~[0-9a-f]{7,}-embedded\.extractive\]"', trials)
    assert re.search(
        r"desk@v1~[0-9a-f]{7,}-embedded\.extractive  \(baseline\)", harness("check", "--against", "main")[1]
    )


def test_a_run_beside_git_can_be_judged_again(project: Path) -> None:
    harness("run", "--against", "main")

    code, output = harness("rescore", "latest", "--judge", "tests.cli.judges:lenient", "--rubric", "manners")

    assert code == 0, output


def test_a_prompt_that_is_unchanged_is_said_to_be_so(project: Path) -> None:
    code, output = harness("check", "--against", "main", "--prompt", "desk@v2")

    assert code == 0
    assert re.search(r"desk@v2 is unchanged since main \([0-9a-f]{7,}\): nothing to compare", output)


@pytest.mark.parametrize("ref", ["git:mian", "mian", "baseline:x", "run:x"])
def test_a_wrong_ref_is_told_before_any_call(project: Path, ref: str) -> None:
    code, output = harness("run", "--against", ref)

    assert code == 2
    assert "unknown" in output or "nothing to compare with" in output
    assert not (project / "reports" / "runs").exists()
