"""What must be there at once stays light: nothing heavy is loaded to say what there is."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.pytest_plugin.conftest import QUICK

SERVICES = {"openai", "anthropic", "faster_whisper", "ctranslate2", "onnxruntime", "hibari", "pyttsx3", "xllamacpp"}
HEAVY = SERVICES | {"pandas", "scipy", "jiwer", "soundfile", "rich"}

SUITE = """\
prompts: [desk@v1]
engine_models: [embedded.extractive]
personas: {anna: {}}
cases: [{id: hello, persona: anna, turns: [{say: Hello}]}]
"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import harness", id="import harness"),
        pytest.param("from harness.cli import main; main(['--help'], standalone_mode=False)", id="harness --help"),
        pytest.param(
            "import pytest; assert pytest.main(['--collect-only', '-q']) == 0",
            id="pytest --collect-only",
        ),
    ],
)
def test_nothing_heavy_is_loaded(tmp_path: Path, code: str) -> None:
    (tmp_path / "prompts" / "desk").mkdir(parents=True)
    (tmp_path / "prompts" / "desk" / "v1.md").write_text("You are the front desk.")
    (tmp_path / "desk.suite.yaml").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\naddopts = {QUICK}\n")
    script = f"{code}\nimport sys\nprint('LOADED', *{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("LOADED")[2].split())
    assert "harness" in loaded
    assert not loaded & HEAVY
