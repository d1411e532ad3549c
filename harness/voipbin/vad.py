"""The settings of the platform's voice activity detector, as `vad_config` names them."""

from dataclasses import dataclass
from math import isfinite

from harness.errors import ConfigurationError
from harness.voipbin.parameters import VAD_CONFIDENCE, VAD_MIN_VOLUME, VAD_START_S, VAD_STOP_S


@dataclass(frozen=True, slots=True, kw_only=True)
class VadConfig:
    """When sound counts as voice, and for how long before a change is believed; the defaults are the platform's."""

    confidence: float = VAD_CONFIDENCE
    """Least speech probability of a window with voice, 0 to 1."""
    start_secs: float = VAD_START_S
    stop_secs: float = VAD_STOP_S
    min_volume: float = VAD_MIN_VOLUME
    """Least loudness of a window with voice, 0 to 1."""

    def __post_init__(self) -> None:
        """Refuse what no detector could work with. Raises ConfigurationError."""
        for key, value in (("confidence", self.confidence), ("min_volume", self.min_volume)):
            if not 0 <= value <= 1:
                raise ConfigurationError(f"vad_config.{key} is {value}; give a number from 0 to 1.")
        for key, value in (("start_secs", self.start_secs), ("stop_secs", self.stop_secs)):
            if not (isfinite(value) and value >= 0):
                raise ConfigurationError(f"vad_config.{key} is {value}; give a number of seconds, 0 or more.")
