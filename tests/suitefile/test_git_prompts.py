from pathlib import Path

import pytest

from harness.errors import ConfigurationError, SuiteError, UnknownNameError
from harness.model.suite import ArmRole, Suite
from harness.suitefile import ArmChoice, load_prompt, load_suite
from harness.suitefile.git_prompts import commit_of, file_at, known_refs, knows_ref
from tests.git_repository import Git, make_repository
from tests.suitefile.suite_texts import MINIMAL, Write

PROMPT = Path("prompts/desk/v1.md")
BOTH = MINIMAL.replace("[desk@v1]", "[desk@v1, desk@v2]")


@pytest.fixture
def git(write: Write, tmp_path: Path) -> Git:
    """Runs git in a repository whose branch main holds the prompts and a suite."""
    write({"x.suite.yaml": MINIMAL})
    return make_repository(tmp_path)


def against(ref: str, *prompts: str) -> Suite:
    return load_suite(Path("x.suite.yaml"), choice=ArmChoice(prompts=prompts, against_git=ref))


def test_a_changed_prompt_is_compared_with_what_its_file_was(git: Git) -> None:
    PROMPT.write_text("You answer the phone, and always ask for the name.\n")

    suite = against("main")

    now, before = suite.arms
    commit = git("rev-parse", "--short=7", "main")
    assert (now.prompt.label, now.role) == ("desk@v1", ArmRole.CANDIDATE)
    assert (before.prompt.label, before.role) == (f"desk@v1~{commit}", ArmRole.BASELINE)
    assert (before.prompt.text, before.prompt.path) == ("You answer the phone, v1.", "prompts/desk/v1.md")
    assert suite.notes == ()


def test_an_unchanged_prompt_has_nothing_to_be_compared_with(git: Git) -> None:
    suite = against("main")

    assert [arm.role for arm in suite.arms] == [ArmRole.CANDIDATE]
    assert suite.notes == (f"desk@v1 is unchanged since main ({commit_of('main', folder=Path())}): nothing to compare",)


def test_a_prompt_that_is_new_has_no_baseline_and_the_others_have_theirs(git: Git) -> None:
    git("rm", "-q", "--cached", "prompts/desk/v2.md")
    git("commit", "-q", "-m", "without v2")
    Path("x.suite.yaml").write_text(BOTH)
    PROMPT.write_text("Another text.\n")

    suite = against("HEAD")

    commit = git("rev-parse", "--short=7", "HEAD")
    assert [arm.prompt.label for arm in suite.arms] == ["desk@v1", "desk@v2", f"desk@v1~{commit}"]
    assert suite.notes == (f"desk@v2 has no baseline: its file did not exist at HEAD ({commit})",)


def test_a_voice_that_changed_is_a_change_though_the_text_did_not(git: Git) -> None:
    PROMPT.write_text("---\nvoice: hibari:heart\n---\n" + PROMPT.read_text())

    _, before = against("main").arms

    assert before.voice.name == "auto"


def test_a_suites_own_baseline_gives_way_to_the_commit(git: Git) -> None:
    Path("x.suite.yaml").write_text(MINIMAL.replace("[desk@v1]", "[desk@v2]\nbaseline: desk@v1"))
    Path("prompts/desk/v2.md").write_text("Another text.\n")

    assert [arm.prompt.version for arm in against("main").arms if arm.role is ArmRole.BASELINE] == [
        f"v2~{commit_of('main', folder=Path())}"
    ]


def test_a_label_with_a_commit_names_the_same_text_ever_after(git: Git) -> None:
    commit = git("rev-parse", "--short=7", "main")
    PROMPT.write_text("Another text.\n")

    assert load_prompt(Path(), f"desk@v1~{commit}").text == "You answer the phone, v1."
    assert [arm.prompt.label for arm in against("main", f"desk@v1~{commit}").arms] == [f"desk@v1~{commit}"]


def test_a_suite_file_cannot_name_a_commit(git: Git) -> None:
    Path("x.suite.yaml").write_text(MINIMAL.replace("desk@v1", "desk@v1~1234567"))

    with pytest.raises(SuiteError, match="'desk@v1~1234567' is no prompt"):
        load_suite(Path("x.suite.yaml"))


def test_line_ends_are_no_difference(git: Git) -> None:
    PROMPT.write_bytes(b"You answer the phone, v1.\r\n")

    assert against("main").notes != ()


def test_a_linked_prompt_is_read_where_it_is_kept(git: Git) -> None:
    kept = Path("kept.md")
    PROMPT.rename(kept)
    PROMPT.symlink_to(kept.resolve())
    git("add", ".")
    git("commit", "-q", "-m", "linked")
    kept.write_text("Another text.\n")

    _, before = against("HEAD").arms

    assert before.prompt.text == "You answer the phone, v1."


def test_faults_of_the_earlier_file_name_the_commit(git: Git) -> None:
    PROMPT.write_text("---\nvoise: x\n---\nHello\n")
    git("commit", "-q", "-a", "-m", "broken")
    PROMPT.write_text("Hello\n")

    with pytest.raises(SuiteError) as caught:
        against("HEAD")

    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (f"prompts/desk/v1.md at {commit_of('HEAD', folder=Path())}", 2)


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        pytest.param("mian", r"command line: against: unknown git ref 'mian'\. Did you mean 'main'\?", id="misspelt"),
        pytest.param("--all", r"unknown git ref '--all'\. Known: main", id="an option"),
        pytest.param("", r"unknown git ref ''", id="empty"),
        pytest.param("main:x", r"unknown git ref 'main:x'", id="a file"),
        pytest.param("a\nb", r"unknown git ref 'a\\nb'", id="two lines"),
    ],
)
def test_a_ref_git_does_not_know_is_a_fault(git: Git, ref: str, message: str) -> None:
    with pytest.raises(SuiteError, match=message):
        against(ref)


def test_a_shallow_clone_is_told_to_fetch_more(git: Git, tmp_path: Path) -> None:
    PROMPT.write_text("Another text.\n")
    git("commit", "-q", "-a", "-m", "second")
    git("clone", "-q", "--depth", "1", f"file://{tmp_path}", "clone")

    with pytest.raises(ConfigurationError, match=r"unknown git ref 'HEAD~1'.*git fetch --unshallow"):
        commit_of("HEAD~1", folder=tmp_path / "clone")


def test_without_a_repository_there_are_no_earlier_versions(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write({"x.suite.yaml": MINIMAL})
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))

    with pytest.raises(SuiteError, match=r"command line: against: .* is in no git repository"):
        against("main")
    assert not knows_ref("main", folder=folder)
    assert known_refs(folder) == ()


def test_without_git_it_is_said_what_to_install(git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))

    with pytest.raises(ConfigurationError, match="Install git"):
        commit_of("main", folder=tmp_path)
    assert not knows_ref("main", folder=tmp_path)


def test_a_hook_of_another_repository_does_not_lead_astray(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere" / ".git"))

    assert file_at(PROMPT, commit="main") == PROMPT.read_bytes()
    assert file_at(Path("prompts/desk/v9.md"), commit="main") is None
    with pytest.raises(UnknownNameError, match="unknown git ref 'gone'"):
        file_at(PROMPT, commit="gone")
