"""Voices and recognisers of other packages, installed for real: a module and its dist-info on the path."""

import asyncio
import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from harness.audio.clip import Clip
from harness.errors import ConfigurationError, MissingKeyError, UnknownNameError
from harness.model.call import Heard, Role
from harness.model.persona import Voice
from harness.settings import Settings
from harness.wiring import Workshop

DOCS = Path(__file__).parents[1] / "docs" / "voices.md"


class Site:
    """A folder on the path into which packages are installed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, name: str, *, group: str, engine: str, code: str, target: str = "make") -> None:
        module = name.replace("-", "_")
        (self.folder / f"{module}.py").write_text(code)
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{engine} = {module}:{target}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield Site(folder)
    for name in set(sys.modules) - before:
        if name.startswith("harness_"):
            del sys.modules[name]


@pytest.fixture
def service() -> Iterator[tuple[str, list[tuple[str, str | None, dict[str, object]]]]]:
    asked: list[tuple[str, str | None, dict[str, object]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked.append((self.path, self.headers["xi-api-key"], json.loads(body)))
            speech = np.arange(1, 16_001, dtype="<i2").tobytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(speech)))
            self.end_headers()
            self.wfile.write(speech)

        def log_message(self, format: str, *args: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def workshop(tmp_path: Path, *, stt: str = "auto") -> Workshop:
    return Workshop(Settings(reports=tmp_path / "reports", stt=stt))


def documented() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    return str(code)


def test_the_documented_package_speaks(
    site: Site,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    service: tuple[str, list[tuple[str, str | None, dict[str, object]]]],
) -> None:
    url, asked = service
    site.install("harness-elevenlabs", group="voipbin_harness.voices", engine="elevenlabs", code=documented())
    monkeypatch.setenv("ELEVENLABS_BASE_URL", url)
    monkeypatch.setenv("ELEVENLABS_API_KEY", "secret")
    voice = Voice(name="elevenlabs:rachel", pitch=-12 / 4, rate=1)
    mouth = workshop(tmp_path).mouth(voice, side=Role.CALLER)

    async def speak_twice() -> list[Clip | None]:
        return [(await mouth.speak("Hello.")).clip for _ in range(2)]

    first, second = asyncio.run(speak_twice())
    assert first is not None
    assert second is not None
    assert first.digest == second.digest
    assert first.rate_hz == round(16_000 * 2 ** (-3 / 12))
    ((path, key, body),) = asked
    assert (path, key) == ("/v1/text-to-speech/rachel?output_format=pcm_16000", "secret")
    assert body["text"] == "Hello."


def test_what_the_package_misses_is_said_in_its_own_words(site: Site, tmp_path: Path) -> None:
    site.install("harness-elevenlabs", group="voipbin_harness.voices", engine="elevenlabs", code=documented())
    with pytest.raises(MissingKeyError, match="ELEVENLABS_API_KEY"):
        workshop(tmp_path).mouth(Voice(name="elevenlabs:rachel"), side=Role.CALLER)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        pytest.param("import no_such_module", "ModuleNotFoundError", id="cannot-be-imported"),
        pytest.param("mak = 1", "AttributeError", id="lacks-the-factory"),
        pytest.param("def make(settings): return 1 / 0", "ZeroDivisionError", id="factory-fails"),
        pytest.param("def make(settings): return settings", "lacks the methods", id="no-engine"),
    ],
)
def test_a_broken_package_is_named(site: Site, tmp_path: Path, code: str, says: str) -> None:
    site.install("harness-broken", group="voipbin_harness.voices", engine="broken", code=code)
    with pytest.raises(ConfigurationError, match=f"package harness-broken 1.0.*{says}|{says}.*"):
        workshop(tmp_path).mouth(Voice(name="broken:anna"), side=Role.CALLER)
    assert workshop(tmp_path).mouth(Voice(name="hibari:heart"), side=Role.CALLER).name.startswith("hibari:heart/")


def test_two_packages_with_one_engine_are_both_named(site: Site, tmp_path: Path) -> None:
    for name in ("harness-one", "harness-two"):
        site.install(name, group="voipbin_harness.voices", engine="twice", code="def make(settings): ...")
    with pytest.raises(ConfigurationError, match=r"harness-(one|two) 1\.0 and harness-(one|two) 1\.0"):
        workshop(tmp_path).mouth(Voice(name="twice:anna"), side=Role.CALLER)


def test_an_unknown_engine_lists_the_installed_ones(site: Site, tmp_path: Path) -> None:
    site.install("harness-quiet", group="voipbin_harness.voices", engine="quiet", code="raise RuntimeError")
    with pytest.raises(UnknownNameError, match=r"hibari:heart.*openai:alloy.*quiet:<voice>"):
        workshop(tmp_path).mouth(Voice(name="zzz:anna"), side=Role.CALLER)


def test_a_recogniser_of_another_package_listens(site: Site, tmp_path: Path) -> None:
    code = """
from harness.model.call import Heard

class Ears:
    name = "ears/1"
    def require(self, language): ...
    async def transcribe(self, clip, *, language): return Heard(text=f"{language} {clip.duration_ms}")

def make(settings): return Ears()
"""
    site.install("harness-ears", group="voipbin_harness.recognisers", engine="ears", code=code)
    ears = workshop(tmp_path, stt="ears:best").recogniser()
    clip = Clip(np.zeros(8000, dtype=np.int16), 8000)
    assert asyncio.run(ears.transcribe(clip, language="de-DE")) == Heard(text="de-DE 1000")
