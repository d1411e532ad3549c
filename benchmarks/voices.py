"""How well each voice is understood over the telephone, how fast it is, and whether it repeats itself byte for byte.

    python benchmarks/voices.py [--suite suites/] [--language de] [--voice hibari:heart ...]

Sentences go through the same steps as a caller's line: voice engine, silence trimmed, 8 kHz µ-law, recogniser, and the
word errors of `caller_wer`. `--suite` takes the caller's lines of suite files instead of the packaged sentences.
The floors packaged with the voices are written by
`harness voices --measure --write harness/services/voice_floors.json [--voice ...] [LANG ...]`.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.audio.codec import through_telephone
from harness.interfaces import TTS
from harness.model.call import Role
from harness.model.persona import Voice
from harness.model.score import WordCounts
from harness.scorers.word_errors import compare
from harness.services.hibari_voice import TIMBRES
from harness.services.speaking import VoicedMouth
from harness.services.spoken_samples import samples_of, tried_languages
from harness.services.whisper_stt import WhisperSTT
from harness.settings import Settings
from harness.wiring import Workshop
from harness.wiring.engines import voice_engine

ENGLISH_VOICES = (*TIMBRES, "pyttsx3:en-us", "pyttsx3:en-us+steph", "pyttsx3:en-gb")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one voice came to."""

    clean: WordCounts
    telephone: WordCounts
    worst: tuple[str, ...]
    """Pairs of said and heard over the telephone that differ, most errors first."""
    times_real_time: float
    repeats: bool
    hearing_s: float
    """Seconds of recognition for one utterance."""


async def measure(voice: Voice, tts: TTS, *, stt: WhisperSTT, lines: Sequence[str]) -> Measured:
    mouth = VoicedMouth(tts, voice)
    first = await mouth.speak(lines[0])  # loads the engine
    assert first.clip is not None
    await stt.transcribe(through_telephone(first.clip), language=voice.language)  # and the recogniser
    clean, telephone, differing, audio_s, speaking_s, hearing_s = WordCounts(), WordCounts(), [], 0.0, 0.0, 0.0
    for line in lines:
        started = time.perf_counter()
        clip = (await mouth.speak(line)).clip
        spoken = time.perf_counter()
        assert clip is not None
        heard = await stt.transcribe(through_telephone(clip), language=voice.language)
        audio_s, speaking_s = audio_s + clip.duration_ms / 1000, speaking_s + spoken - started
        hearing_s += time.perf_counter() - spoken
        counts = compare(line, hypothesis=heard.text, lang=voice.language).chosen.counts
        telephone += counts
        if counts.errors:
            differing.append((counts.errors, f"{line!r} -> {heard.text!r}"))
        heard = await stt.transcribe(clip, language=voice.language)
        clean += compare(line, hypothesis=heard.text, lang=voice.language).chosen.counts
    again = [(await mouth.speak(line)).clip for line in (lines[0], lines[0])]
    return Measured(
        clean=clean,
        telephone=telephone,
        worst=tuple(text for _, text in sorted(differing, reverse=True)),
        times_real_time=audio_s / speaking_s,
        repeats=all(clip is not None and clip.digest == first.clip.digest for clip in again),
        hearing_s=hearing_s / len(lines),
    )


def suite_lines(folder: Path) -> tuple[str, ...]:
    """Return what callers say in the suite files of a folder, each line once."""
    found: dict[str, None] = {}

    def scan(node: object) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("say"), str):
                found[node["say"]] = None
            for value in node.values():
                scan(value)
        elif isinstance(node, list):
            for value in node:
                scan(value)

    for path in sorted(folder.rglob("*.suite.yaml")):
        scan(yaml.safe_load(path.read_text(encoding="utf-8")))
    return tuple(found)


async def report(voices: Sequence[Voice], *, lines: Sequence[str], show: int) -> None:
    stt = WhisperSTT(threads=2)
    words = sum(len(line.split()) for line in lines)
    print(f"{len(lines)} lines, {words} words, recogniser {stt.name}")
    print(f"{'voice':24}{'clean WER':>11}{'µ-law WER':>11}{'x real time':>13}{'same bytes':>12}{'hearing':>10}")
    for voice in voices:
        # Without the cache: how long it takes to speak is part of what is measured.
        tts = voice_engine(voice.name.partition(":")[0], settings=Settings())
        result = await measure(voice, tts, stt=stt, lines=lines)
        print(
            f"{voice.name:24}{result.clean.rate or 0:>11.1%}{result.telephone.rate or 0:>11.1%}"
            f"{result.times_real_time:>13.0f}{'yes' if result.repeats else 'no':>12}{result.hearing_s:>8.2f} s"
        )
        for text in result.worst[:show]:
            print(f"    {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suite", type=Path, help="folder with suite files whose caller lines are spoken")
    parser.add_argument("--language", default="en", choices=tried_languages(), help="language of the sentences")
    parser.add_argument("--voice", action="append", help="voice to measure; may be given again")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the N worst lines of each voice")
    arguments = parser.parse_args()
    texts = samples_of(arguments.language)
    assert texts is not None, "argparse knows the languages"
    lines = suite_lines(arguments.suite) if arguments.suite else texts.sentences
    if not lines:
        parser.error(f"no caller says anything in the suite files of {arguments.suite}")
    names = arguments.voice or (ENGLISH_VOICES if arguments.language == "en" else ("auto",))
    wanted = [Voice(name=name, language=arguments.language) for name in names]
    voices = [Workshop(Settings()).concrete_voice(voice, side=Role.CALLER) for voice in wanted]
    asyncio.run(report(voices, lines=lines, show=arguments.show))


if __name__ == "__main__":
    main()
