"""One utterance, or one list of voices, in a process of its own: `python -m harness.services.pyttsx3_worker`.

A request is read as JSON from stdin and answered as JSON on stdout. Why a process each time: pyttsx3 keeps global
state, crashes when two threads use it, gives different bytes from the second utterance on, and prints to stdout.
"""

import ctypes
import json
import os
import sys
import threading
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

_ON_ESPEAK = sys.platform not in ("darwin", "win32")


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the reply to a request: `voices`, `spoken`, `unknown_voice` with near names, or `failed`."""
    variants = _load_espeak_library() if _ON_ESPEAK else ()
    import pyttsx3

    engine = pyttsx3.init()
    voices = [_describe(voice) for voice in engine.getProperty("voices")]
    if request["do"] == "list":
        return {"voices": voices}
    wanted: str = request["voice"]
    base, plus, variant = wanted.partition("+") if _ON_ESPEAK else (wanted, "", "")
    named = [voice["id"] for voice in voices if base.lower() in _names(voice)]
    # `en-gb` is a language of espeak's voice `en`, not a name of it.
    match = next(iter(named or [voice["id"] for voice in voices if base.lower() in voice["languages"]]), None)
    if match is None or (plus and variant not in variants):
        names = sorted(short_name(voice["id"]) for voice in voices)
        near = get_close_matches(wanted, [*names, *(f"{base}+{v}" for v in variants if match)], n=5, cutoff=0.5)
        return {"unknown_voice": wanted, "near": near or names[:10]}
    return _speak(engine, request, voice=f"{short_name(match)}{plus}{variant}" if _ON_ESPEAK else match)


def short_name(voice_id: str) -> str:
    """Return what people call a voice: espeak's `gmw/en-us` is `en-us`; others are left as they are."""
    return voice_id.rpartition("/")[2]


def _speak(engine: Any, request: Mapping[str, Any], *, voice: str) -> dict[str, Any]:
    finished = threading.Event()
    errors: list[str] = []
    engine.connect("finished-utterance", lambda name, completed: finished.set())
    engine.connect("error", lambda name, exception: errors.append(str(exception)))
    _set(engine, voice=voice, words_per_minute=request["words_per_minute"])
    engine.save_to_file(request["text"], request["path"])
    engine.runAndWait()
    # With espeak the first runAndWait() of a process comes back before synthesis has begun. The system engines do wait.
    if _ON_ESPEAK and not errors and not finished.wait(request["timeout_s"]):
        errors.append("the utterance never finished")
    if not errors and not Path(request["path"]).is_file():
        errors.append("no file was written")
    return {"failed": "; ".join(errors)} if errors else {"spoken": voice}


def _set(engine: Any, *, voice: str, words_per_minute: int) -> None:
    if not _ON_ESPEAK:
        engine.setProperty("voice", voice)
        engine.setProperty("rate", words_per_minute)
        return
    from pyttsx3.drivers.espeak import EspeakDriver

    def set_now(name: str) -> None:
        EspeakDriver.setProperty("voice", voice)
        EspeakDriver.setProperty("rate", words_per_minute)

    # Set the usual way, voice and rate wait in espeak's queue, and the end of the loop that runAndWait() has put behind
    # them may cancel that queue before they are read: one utterance in a hundred then came out in the default voice.
    engine.connect("started-utterance", set_now)


def _load_espeak_library() -> tuple[str, ...]:
    """Load the packaged espeak-ng, so that pyttsx3 finds it by its soname, and return its voice variants."""
    import espeakng_loader

    data = Path(espeakng_loader.get_data_path())
    os.environ["ESPEAK_DATA_PATH"] = str(data)
    ctypes.CDLL(espeakng_loader.get_library_path(), mode=ctypes.RTLD_GLOBAL)
    return tuple(sorted(path.name for path in (data / "voices" / "!v").iterdir()))


def _describe(voice: Any) -> dict[str, Any]:
    languages = [str(language).replace("_", "-").lower() for language in voice.languages or () if language]
    return {"id": str(voice.id), "name": str(voice.name), "languages": languages}


def _names(voice: Mapping[str, Any]) -> set[str]:
    return {voice["id"].lower(), short_name(voice["id"]).lower(), voice["name"].lower()}


def main() -> None:
    """Answer one request. Only the answer reaches stdout; whatever the engine prints goes to stderr."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as replies:
        os.dup2(2, 1)
        try:
            reply = answer(json.load(sys.stdin))
        except Exception as error:  # the engines raise anything; the parent puts it in words
            reply = {"failed": f"{type(error).__name__}: {error}"}
        json.dump(reply, replies)
    sys.stderr.flush()
    # The engine's own threads may not survive an orderly exit.
    os._exit(0)


if __name__ == "__main__":
    main()
