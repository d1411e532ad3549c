import pytest

from harness.model.exit_code import ExitCode


def node_ids(desk: pytest.Pytester, *args: str) -> list[str]:
    result = desk.runpytest_inprocess("--collect-only", "-q", *args)
    return [line for line in result.outlines if "::" in line]


def test_every_case_and_arm_is_a_test_of_its_own(desk: pytest.Pytester) -> None:
    assert node_ids(desk, "--harness-prompt=desk@v2", "--harness-against=desk@v1") == [
        "desk.suite.yaml::used_books[desk@v2-embedded.extractive]",
        "desk.suite.yaml::used_books[desk@v1-embedded.extractive]",
        "desk.suite.yaml::until_when[desk@v2-embedded.extractive]",
        "desk.suite.yaml::until_when[desk@v1-embedded.extractive]",
    ]


@pytest.mark.parametrize(
    ("args", "left"),
    [
        pytest.param(["-k", "until"], ["until_when[desk@v2", "until_when[desk@v1"], id="-k by case"),
        pytest.param(["-k", "v2 and books"], ["used_books[desk@v2"], id="-k by version"),
        pytest.param(["-m", "stock"], ["used_books[desk@v2", "used_books[desk@v1"], id="-m by tag"),
        pytest.param(["-m", "baseline"], ["used_books[desk@v1", "until_when[desk@v1"], id="-m baseline"),
        pytest.param(["-m", "stock and not baseline"], ["used_books[desk@v2"], id="-m without baseline"),
    ],
)
def test_cases_are_selected_as_any_other_test(desk: pytest.Pytester, args: list[str], left: list[str]) -> None:
    ids = node_ids(desk, "--harness-prompt=desk@v2", "--harness-against=desk@v1", *args)
    assert ids == [f"desk.suite.yaml::{name}-embedded.extractive]" for name in left]


def test_an_engine_model_on_the_command_line_replaces_the_suites_own(desk: pytest.Pytester) -> None:
    assert node_ids(desk, "--harness-engine-model=scripted.echo", "-k", "books") == [
        "desk.suite.yaml::used_books[desk@v1-scripted.echo]"
    ]


def test_a_suite_that_waits_for_its_name_is_collected_by_its_file_and_its_folder_only(desk: pytest.Pytester) -> None:
    folder = desk.path / "long"
    folder.mkdir()
    suite = folder / "long.suite.yaml"
    suite.write_text("by_name: true\n" + (desk.path / "desk.suite.yaml").read_text())
    chosen = "long/long.suite.yaml::used_books[desk@v1-embedded.extractive]"

    assert not any("long" in name for name in node_ids(desk))
    assert chosen in node_ids(desk, "long")
    assert chosen in node_ids(desk, "long/long.suite.yaml")
    assert node_ids(desk, chosen) == [chosen]


def test_faults_are_shown_with_their_place_and_without_a_traceback(desk: pytest.Pytester) -> None:
    suite = desk.path / "desk.suite.yaml"
    suite.write_text(suite.read_text().replace("pass: 2 of 2", "passes: 2 of 2").replace("anna: {}", "anne: {}"))
    result = desk.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    text = result.stdout.str()
    assert "desk.suite.yaml:14:5" in text
    assert "passes" in text
    assert "anna" in text
    assert "Traceback" not in text
    assert "site-packages" not in text
    assert not (desk.path / "reports").exists()


def test_a_tag_that_would_skip_a_case_without_a_word_is_refused(desk: pytest.Pytester) -> None:
    suite = desk.path / "desk.suite.yaml"
    suite.write_text(suite.read_text().replace("tags: [stock]", "tags: [skip]"))
    result = desk.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["*desk.suite.yaml:8:12: *'skip'*pytest marker*"])


def test_a_prompt_no_suite_uses_leaves_nothing_and_says_so(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess("--harness-prompt=hotel@v1")
    assert result.ret == ExitCode.UNPROVED
    result.stdout.fnmatch_lines(["left out: desk.suite.yaml has no prompt of --harness-prompt hotel@v1"])


@pytest.mark.parametrize(
    ("option", "message"),
    [
        pytest.param("--harness-tier=audoi", "unknown tier 'audoi'. Did you mean 'audio'?", id="a name nobody knows"),
        pytest.param("--harness-seed=one", "command line: seed = 'one' is not a whole number", id="not a number"),
        pytest.param("--harness-prompt=desk@v9", "*no version 'v9'*", id="a version that is not there"),
    ],
)
def test_a_wrong_option_is_named_and_nothing_is_run(desk: pytest.Pytester, option: str, message: str) -> None:
    result = desk.runpytest_inprocess(option)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines([message])


def test_help_teaches_the_options(desk: pytest.Pytester) -> None:
    result = desk.runpytest_inprocess("--help")
    result.stdout.fnmatch_lines(["voice agent harness*", "*--harness-prompt=NAME@VERSION*"])


def test_sessions_without_a_suite_are_left_alone(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_fails(): assert False")
    result = pytester.runpytest_inprocess("--harness-tier=text")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "voice agent harness" not in result.stdout.str()
    assert not (pytester.path / "reports").exists()
