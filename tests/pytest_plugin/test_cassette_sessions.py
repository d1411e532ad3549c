"""Sessions that record and replay, alone and with workers that write into one folder."""

from pathlib import Path

import pytest

from tests.wire.llm_server import LLMServer, Text

pytest.importorskip("openai", reason="needs the extra [openai]")

MODEL = "--harness-engine-model=openai.gpt-4o"


def new_verdict(project: pytest.Pytester, seen: set[Path]) -> bytes:
    (path,) = set((project.path / "reports" / "runs").glob("*/verdict.json")) - seen
    seen.add(path)
    return path.read_bytes()


def test_workers_record_into_one_folder_and_a_replay_without_them_is_the_same(
    desk: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[Path] = set()
    with LLMServer() as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-0123456789")
        server.script(lambda _: Text("We sell used ", f"books until five. Answer {len(server.requests)}."))
        recorded = desk.runpytest_inprocess(MODEL, "--harness-cassettes=record", "-n", "2")
    monkeypatch.delenv("OPENAI_API_KEY")
    verdict = new_verdict(desk, seen)

    alone = desk.runpytest_inprocess(MODEL, "--harness-cassettes=replay")
    assert new_verdict(desk, seen) == verdict

    for result in (recorded, alone):
        result.assert_outcomes(passed=2)
    files = list((desk.path / "cassettes").rglob("*"))
    assert {path.suffix for path in files if path.is_file()} == {".json"}
    assert {path.parent.name[-10:-9] for path in files if path.suffix == ".json"} == {"1", "2"}
