"""Getting voice and recogniser ready before somebody waits for them: loading takes seconds in the middle of a call."""

import logging
from dataclasses import replace
from typing import Final

import numpy as np

from harness.audio.clip import Clip
from harness.errors import HarnessError
from harness.interfaces import Utterance
from harness.model.persona import Voice
from harness.simulator.platform import Platform

LOGGER: Final = logging.getLogger(__name__)
_LANGUAGE: Final = "en-US"
_WORDS: Final = "Hello."


async def warm_up(platform: Platform) -> None:
    """Say a word and have it heard; what is wrong with either is found by whoever needs it."""
    equipment = platform.works.equipment
    try:
        said = await equipment.mouth(Voice(language=_LANGUAGE)).speak(_WORDS)
        if said.clip is not None:
            await equipment.ears(_LANGUAGE).hear(_new(said, said.clip, number=platform.clock.now_ms()))
    except HarnessError as error:
        LOGGER.info("voice and recogniser could not be made ready: %s", error)


def _new(said: Utterance, clip: Clip, *, number: int) -> Utterance:
    """Return sound that nobody has heard before: what a recogniser remembers it need not be loaded for."""
    samples = np.concatenate((clip.samples, np.frombuffer(number.to_bytes(8, "little"), dtype="<i2")))
    return replace(said, text="", clip=Clip(samples.astype(np.int16), clip.rate_hz))
