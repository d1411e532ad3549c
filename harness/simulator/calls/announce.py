"""Words the platform itself speaks on a call: the flow's `talk`, a request's talk, a speaking."""

from collections.abc import Callable
from functools import partial

from harness.errors import ServiceError
from harness.interfaces import Mouth
from harness.simulator.calls.leg import Leg
from harness.simulator.kernel.timing import timed
from harness.simulator.line.sentences import split_sentences
from harness.simulator.line.voice import Speech


async def announce(
    leg: Leg, text: str, *, mouth: Mouth, on_over: Callable[[], None], by: str = "flow"
) -> Speech | None:
    """Speak a text behind whatever sounds already; `on_over` is told when it was played to the end.

    Returns:
        What is being played; None when there is nothing to play, or the voice failed, which the call's log says.
    """
    studio = leg.studio
    number = leg.next_speech()
    speech = Speech(studio=studio, lines=leg.lines, number=number, text=text.strip(), on_over=on_over, by=by)
    forget = leg.on_end(speech.cut)
    speech.then(forget)
    ready_ms = studio.clock.now_ms()
    spoken = 0
    for place, sentence in enumerate(split_sentences(text)):
        try:
            utterance = await timed(
                mouth.speak(sentence.text), clock=studio.watch, service=mouth.name, timeout_s=studio.timeout_s
            )
        except ServiceError as error:
            studio.report(error, stage="tts")
            continue
        if leg.is_over:
            return None
        delay_ms = studio.latency.audio_ms(number, sentence=place, took_ms=utterance.took_ms)
        ready_ms = max(ready_ms, studio.clock.now_ms()) + (0 if spoken else delay_ms)
        studio.clock.at(ready_ms, partial(speech.play, sentence.text, utterance.value))
        spoken += 1
    if not spoken:
        forget()
        return None
    studio.clock.at(ready_ms, speech.close)
    return speech
