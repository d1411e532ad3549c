"""Clips and recordings on disk: the one door to the sound file library, loaded when a file is."""

import io
import os
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from harness.audio.clip import Clip
from harness.audio.recording import Recording
from harness.errors import StoreError


def load_clip(path: Path) -> Clip:
    """Return the sound of a WAV, AIFF, FLAC or Ogg file, its channels mixed to one.

    Raises:
        StoreError: the file cannot be read as sound.
    """
    values, rate_hz = _read(path)
    return Clip.of_floats(values.mean(axis=1), rate_hz)


def wav_bytes(clip: Clip) -> bytes:
    """Return the clip as a WAV file, for services that take uploads."""
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(clip.rate_hz)
        wav.writeframes(clip.samples.astype("<i2").tobytes())
    return file.getvalue()


def save_recording(recording: Recording, path: Path) -> None:
    """Write a two-channel FLAC file: lossless, played by browsers, the same bytes for the same samples.

    The file appears whole or not at all.

    Raises:
        StoreError: the folder is missing or cannot be written.
    """
    import soundfile

    # A FLAC file without samples cannot be read back: a call without length is kept as one sample of silence.
    samples = recording.interleaved if len(recording.caller.samples) else np.zeros((1, 2), dtype=np.int16)
    flac = io.BytesIO()
    soundfile.write(flac, samples, recording.rate_hz, format="FLAC", subtype="PCM_16")
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(flac.getvalue())
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(f"the recording could not be written: {error.strerror or error}", path=str(path)) from error


def load_recording(path: Path) -> Recording:
    """Return a recording as `save_recording` wrote it.

    Raises:
        StoreError: the file cannot be read as sound, or has not two channels.
    """
    values, rate_hz = _read(path)
    if values.shape[1] != 2:
        raise StoreError(f"a recording has two channels, this file has {values.shape[1]}", path=str(path))
    return Recording(caller=Clip.of_floats(values[:, 0], rate_hz), agent=Clip.of_floats(values[:, 1], rate_hz))


def _read(path: Path) -> tuple[NDArray[np.float64], int]:
    import soundfile

    try:
        values, rate_hz = soundfile.read(path, dtype="float64", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise StoreError(
            f"not a readable sound file ({error}). Was it cut short or renamed?", path=str(path)
        ) from error
    return values, int(rate_hz)
