"""What the telephone line costs, and what its codecs do to a voice: `python benchmarks/line.py`."""

import asyncio
import time

import numpy as np

from harness.audio.clip import Clip
from harness.audio.codec import TELEPHONE_HZ, Codec, through_codec, to_telephone_frames
from harness.audio.wideband import Wideband, through_wideband
from harness.interfaces import Utterance
from harness.model.call import Tier
from harness.model.persona import Codec as PersonaCodec
from harness.model.persona import Noise, Surroundings, Voice
from harness.services.hibari_voice import HibariTTS
from harness.simulator.line.lines import Lines
from harness.telephone.clock import VirtualClock

CALL_MS = 180_000
EVERY_MS = 6_000
ROUNDS = 5
SENTENCE = (
    "I would like to change my booking from Thursday to the ninth of October, please. "
    "My number is five five five, zero one nine nine, and the code is A B seven four two nine."
)
LINES = {
    "quiet": Surroundings(),
    "pink": Surroundings(snr_db=15),
    "babble": Surroundings(snr_db=15, noise=Noise.BABBLE),
    "pink, losses and comfort noise": Surroundings(snr_db=15, lost_frames=0.05, comfort_noise_db=-50),
    "pink over Opus": Surroundings(snr_db=15, codec=PersonaCodec.OPUS),
}


def recording_ms(surroundings: Surroundings) -> float:
    """Return how long the recording of a call takes, once its utterances are on the line."""
    lines = Lines(seed=1, surroundings=surroundings, tier=Tier.AUDIO, clock=VirtualClock())
    lines.open()
    tone = Clip((6000 * np.sin(np.arange(2 * TELEPHONE_HZ) / 3)).astype(np.int16), TELEPHONE_HZ)
    for number, at_ms in enumerate(range(1_000, CALL_MS - EVERY_MS, EVERY_MS)):
        lines.from_caller(Utterance(text="", duration_ms=2_000, clip=tone), number=number, at_ms=at_ms)
    started = time.process_time()
    lines.recording(duration_ms=CALL_MS)
    return 1000 * (time.process_time() - started)


def difference_db(codec: Codec | Wideband, voice: Clip) -> float:
    """Return how far what a codec changes lies below a voice."""
    samples = voice.samples
    coded = through_codec(samples, codec) if isinstance(codec, Codec) else through_wideband(samples, codec)
    change = coded.astype(np.float64) - samples
    return 10 * float(np.log10(np.sum(np.square(samples, dtype=np.float64)) / np.sum(np.square(change))))


def main() -> None:
    """Print both tables."""
    print(f"recording of a call of {CALL_MS // 1000} s, processor time, best of {ROUNDS}")
    for name, surroundings in LINES.items():
        print(f"  {name:32} {min(recording_ms(surroundings) for _ in range(ROUNDS)):6.0f} ms")
    voice = to_telephone_frames(asyncio.run(HibariTTS().synthesize(SENTENCE, Voice(name="hibari:heart"))))
    print(f"what a codec changes, below {voice.duration_ms / 1000:.0f} s of a voice")
    for codec in (*Codec, *Wideband):
        print(f"  {codec:32} {difference_db(codec, voice):6.1f} dB")


if __name__ == "__main__":
    main()
