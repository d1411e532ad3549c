"""Whatever stands in a file, its author gets faults, never a traceback."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import Fault, SuiteError
from harness.suitefile import load_prompt, load_suite

EVERYTHING = Path(__file__).parent / "data" / "everything"
SUITE = (EVERYTHING / "desk.suite.yaml").read_text(encoding="utf-8")
SIGNS = (
    *" \n\t:-[]{}\"'#\\|>?%@!&*",
    ": ",
    "- ",
    "? ",
    "<<: ",
    "&a ",
    "*a",
    "!x ",
    "---\n",
    "...\n",
    "|\n",
    "%YAML 9\n",
)
ODDITIES = ('"\\ud800"', '"\\UFFFFFFFF"', "\x00", "\u2028", "\ufeff", "null", "true", "1" * 5000, "1.5", "é", "😀")
WORDS = ("cases", "turns", "say", "expect", "include", "prompts")
PIECES = st.sampled_from((*SIGNS, *ODDITIES, *WORDS))


def load(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(EVERYTHING, folder, dirs_exist_ok=True)
        path = Path(folder) / "desk.suite.yaml"
        path.write_bytes(text.encode("utf-8", errors="surrogatepass"))
        faults = []
        try:
            load_suite(path)
        except SuiteError as error:
            faults = [str(fault).encode() for fault in error.faults]
        assert all(fault.startswith(folder.encode()) for fault in faults)


@settings(max_examples=150)
@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_any_text_is_faults(text: str) -> None:
    load(text)


@settings(max_examples=150)
@given(st.integers(0, len(SUITE)), st.integers(0, 12), PIECES | st.text(max_size=4))
def test_a_suite_with_a_slip_of_the_pen_is_faults_or_a_suite(at: int, cut: int, slip: str) -> None:
    load(SUITE[:at] + slip + SUITE[at + cut :])


@settings(max_examples=60)
@given(st.lists(PIECES | st.sampled_from(["{{", "}}", "{%", "%}", "x", " if ", "|", "(", "1/0", "---\n"]), max_size=20))
def test_any_prompt_is_faults_or_a_prompt(pieces: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "prompts" / "desk" / "v1.md"
        path.parent.mkdir(parents=True)
        path.write_text("".join(pieces), encoding="utf-8")
        faults: tuple[Fault, ...] = ()
        text = ""
        try:
            text = load_prompt(Path(folder), "desk@v1").text
        except SuiteError as error:
            faults = error.faults
        assert bool(text) != bool(faults)
