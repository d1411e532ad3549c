"""A spoken project whose caller Omar, on his noisy line, is understood in some calls and not in others.

The voices and the line are real; the recogniser is a double that understands Omar or not by the sound of the call,
which follows from its seed, and everybody else always.
"""

from pathlib import Path

from tests.corner_books import write_project

SUITE = """\
prompts: [desk@v1]
engine_models: [embedded.extractive]
personas:
  anna: {{}}
  omar: {{language: en-GB, surroundings: {{snr_db: 20}}}}
cases:
{books}
  - {{id: noisy, persona: omar, trials: {omars}, turns: [{{say: "{line}"}}], expect: {{says: [used books]}}}}
  - {{id: last, persona: anna, turns: [{{say: "{line}"}}], expect: {{says: [used books]}}}}
"""
BOOKS = '  - {{id: books{number}, persona: anna, turns: [{{say: "{line}"}}], expect: {{says: [used books]}}}}'
LINE = "Do you sell used books?"
EARS = f"""
from harness.interfaces import Utterance
from harness.testing.speech import EchoEars


class FickleEars:
    name = "fickle"

    def __init__(self, spoilt):
        self._spoilt = spoilt

    def require(self, language):
        pass

    async def transcribe(self, clip, *, language):
        mumbled = language == "en-GB" and int(clip.digest[:4], 16) < self._spoilt * 0x10000
        text = "Mumble mumble." if mumbled else "{LINE}"
        return await EchoEars().hear(Utterance(text=text, duration_ms=clip.duration_ms, clip=clip))


def sometimes(settings):
    return FickleEars(0.5)


def always(settings):
    return FickleEars(1.0)
"""


def write_fickle_project(folder: Path, *, annas: int = 1, omars: int = 3) -> None:
    """Write the suite, with so many first cases of Anna's, so many trials of Omar's, and the module `fickle`."""
    write_project(folder)
    books = "\n".join(BOOKS.format(number=number or "", line=LINE) for number in range(annas))
    (folder / "desk.suite.yaml").write_text(SUITE.format(line=LINE, books=books, omars=omars))
    (folder / "fickle.py").write_text(EARS)
