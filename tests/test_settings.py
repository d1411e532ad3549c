from pathlib import Path

import pytest

from harness.errors import ConfigurationError, UnknownNameError
from harness.model.platform import TurnModelName
from harness.settings import PLATFORMS, TURN_MODELS, Settings, load_settings, project_settings
from harness.voipbin.mode import Mode


def test_a_fresh_folder_gets_the_offline_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path, environ={}) == Settings()


def test_the_environment_beats_the_project_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\nseed = 7\ntier = "text"\n')

    settings = load_settings(tmp_path, environ={"HARNESS_SEED": "9", "HOME": "/"})

    assert (settings.seed, settings.tier) == (9, "text")


def test_the_command_line_beats_both_and_none_means_not_given() -> None:
    settings = Settings(seed=9).override({"seed": None, "tier": "text", "reports": "out"}, source="command line")

    assert settings == Settings(seed=9, tier="text", reports=Path("out"))


def test_a_mistyped_setting_names_its_source_and_the_nearest_one() -> None:
    with pytest.raises(ConfigurationError, match=r"environment .*'concurency'.*Did you mean 'concurrency'"):
        load_settings(Path("/nowhere"), environ={"HARNESS_CONCURENCY": "2"})


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"seed": "many"}, "seed = 'many' is not a whole number"),
        ({"seed": True}, "seed = True"),
        ({"concurrency": "0"}, "concurrency must be at least 1"),
        ({"timeout_s": "-3"}, "timeout_s must be more than 0"),
        ({"repeats": 3}, "repeats must be 0 to 2, not 3"),
        ({"max_invalid": 20}, "max_invalid is a share, 0 to 1, not 20"),
        ({"budget": -1}, "budget is an amount of US dollars, 0 or more, not -1"),
        ({"budget": "nan"}, "budget is an amount of US dollars, 0 or more, not nan"),
        ({"budget": "much"}, "budget = 'much' is not a number"),
        ({"tier": ["audio"]}, "tier = .* is not a text"),
    ],
    ids=[
        "word for a number",
        "boolean",
        "no calls at a time",
        "negative wait",
        "too many repeats",
        "a percentage",
        "negative budget",
        "budget that is no number",
        "word for a budget",
        "list",
    ],
)
def test_a_value_that_could_never_run_is_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Settings().override(values, source="command line")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"tier": "txt"}, "Did you mean 'text'"),
        ({"platform": "sede"}, "unknown platform 'sede'.*Did you mean 'seed'"),
        ({"turn_model": "half-duplex"}, "Did you mean 'half_duplex'"),
        ({"cassettes": "replays"}, "Did you mean 'replay'"),
    ],
    ids=["tier", "platform", "turn model", "cassettes"],
)
def test_an_unknown_word_lists_the_known_ones(values: dict[str, str], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        Settings().override(values, source="command line")


def test_the_words_of_the_settings_are_those_of_the_model() -> None:
    assert tuple(mode.value for mode in Mode) == PLATFORMS
    assert tuple(name.value for name in TurnModelName) == TURN_MODELS


def test_folders_lie_beside_the_project_file_unless_the_command_line_says_otherwise(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\nreports = "out"\n')
    elsewhere = tmp_path / "sub"

    of_project = project_settings(tmp_path, {}, started_in=elsewhere)
    given = project_settings(tmp_path, {"reports": "r", "cassette_dir": "c"}, started_in=elsewhere)

    assert (of_project.reports, of_project.cassette_dir) == (tmp_path / "out", tmp_path / "cassettes")
    assert (given.reports, given.cassette_dir) == (elsewhere / "r", elsewhere / "c")


def test_a_broken_project_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.harness\n")

    with pytest.raises(ConfigurationError, match=r"pyproject\.toml"):
        load_settings(tmp_path, environ={})


def test_a_price_file_is_relative_to_the_project_or_to_where_it_was_named(tmp_path: Path) -> None:
    elsewhere = tmp_path / "deep"
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\nprices = "money/prices.toml"\n')
    of_project = project_settings(tmp_path, {}, started_in=elsewhere)
    given = project_settings(tmp_path, {"prices": "mine.toml"}, started_in=elsewhere)
    assert Path(of_project.prices) == tmp_path / "money" / "prices.toml"
    assert Path(given.prices) == elsewhere / "mine.toml"


def test_without_a_price_file_none_is_named(tmp_path: Path) -> None:
    assert project_settings(tmp_path, {}, started_in=tmp_path).prices == ""
