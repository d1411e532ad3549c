"""How well each voice is understood over the telephone, how fast it is, and whether it repeats itself byte for byte.

    python benchmarks/voices.py [--suite suites/] [--voice hibari:heart ...]

Sentences go through the same steps as a caller's line: voice engine, silence trimmed, 8 kHz µ-law, recogniser, and the
word errors of `caller_wer`. `--suite` takes the caller's lines of suite files instead of the sentences below.
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
from harness.model.persona import Voice
from harness.model.score import WordCounts
from harness.scorers.word_errors import compare
from harness.services.hibari_voice import HibariTTS
from harness.services.pyttsx3_voice import Pyttsx3TTS
from harness.services.speaking import VoicedMouth
from harness.services.whisper_stt import WhisperSTT

VOICES = ("hibari:heart", "hibari:heart-low", "pyttsx3:en-us", "pyttsx3:en-us+steph", "pyttsx3:en-gb")

SENTENCES = (
    "Hi, a table for two tonight at eight, please.",
    "Could you tell me what time you open on Sundays?",
    "My order number is four seven one nine two.",
    "Actually, make it nine instead of eight.",
    "I would like to speak to somebody about my last bill.",
    "The parcel was supposed to arrive on Tuesday, but it never came.",
    "Yes, that is correct, thank you.",
    "No, I don't have an account with you yet.",
    "My name is Daniel Carter and I am calling about an appointment.",
    "Can you book me in with the dentist on the fourteenth of March?",
    "I was charged forty five dollars twice this month.",
    "What is the difference between the basic plan and the business plan?",
    "Please cancel my subscription at the end of the month.",
    "Is there a vegetarian option on the menu?",
    "We will be six people, and one of us uses a wheelchair.",
    "My phone number is five five five, two three one, eight eight zero four.",
    "How long does a refund usually take?",
    "I forgot my password and the reset email never arrived.",
    "Do you deliver to the north side of the river?",
    "Could you repeat that more slowly, please?",
    "Thank you, that is all. Goodbye.",
    "I need to change the delivery address to twelve Oak Street.",
    "The screen stays black when I turn it on.",
    "Are you still open at half past nine tonight?",
    "I have a peanut allergy, is the dessert safe for me?",
    "How much does it cost to park there overnight?",
    "I ordered a blue jacket and you sent me a green one.",
    "Can I pay by card when I arrive?",
    "Let me check my calendar, one moment.",
    "Tomorrow does not work, what about Thursday morning?",
    "Is the warranty still valid after two years?",
    "I would rather talk to a human being.",
    "My reservation is under the name of Miller.",
    "It says the payment was declined, but my bank says it went through.",
    "Which documents do I have to bring with me?",
    "Wait, sorry, I meant the fifteenth, not the sixteenth.",
    "Does the price include breakfast and taxes?",
    "I am standing outside, but the door is locked.",
    "Please send the invoice to my work email.",
    "Could somebody call me back this afternoon?",
    "The booking code is KX4471, can you find it?",
    "It was order AB7429, placed on the 3rd of May.",
    "You charged me $21.50, but the receipt says $12.50.",
    "Is 7:30 p.m. on Friday still free?",
)


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


async def report(names: Sequence[str], *, lines: Sequence[str], show: int) -> None:
    stt = WhisperSTT(threads=2)
    await stt.transcribe(through_telephone(await HibariTTS().synthesize("Ready.", Voice(name="hibari:heart"))),
                         language="en-US")  # fmt: skip
    words = sum(len(line.split()) for line in lines)
    print(f"{len(lines)} lines, {words} words, recogniser {stt.name}")
    print(f"{'voice':24}{'clean WER':>11}{'µ-law WER':>11}{'x real time':>13}{'same bytes':>12}{'hearing':>10}")
    for name in names:
        tts: TTS = HibariTTS() if name.startswith("hibari:") else Pyttsx3TTS()
        result = await measure(Voice(name=name), tts, stt=stt, lines=lines)
        print(
            f"{name:24}{result.clean.rate or 0:>11.1%}{result.telephone.rate or 0:>11.1%}"
            f"{result.times_real_time:>13.0f}{'yes' if result.repeats else 'no':>12}{result.hearing_s:>8.2f} s"
        )
        for text in result.worst[:show]:
            print(f"    {text}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--suite", type=Path, help="folder with suite files whose caller lines are spoken")
    parser.add_argument("--voice", action="append", help="voice to measure; may be given again")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the N worst lines of each voice")
    arguments = parser.parse_args()
    lines = suite_lines(arguments.suite) if arguments.suite else SENTENCES
    if not lines:
        parser.error(f"no caller says anything in the suite files of {arguments.suite}")
    asyncio.run(report(arguments.voice or VOICES, lines=lines, show=arguments.show))


if __name__ == "__main__":
    main()
