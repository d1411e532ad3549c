"""Language models with their cassettes, and the clock that knows how long a recorded answer took."""

import time
from functools import partial

from harness.errors import ConfigurationError
from harness.interfaces import LLM
from harness.settings import Settings
from harness.simulator.kernel.latency import LatencyMode
from harness.wiring.engines import language_model


def recorded_model(engine_model: str, *, settings: Settings) -> LLM:
    """Return a language model, behind its cassettes where the settings ask for them.

    Models inside the harness (`embedded`, `scripted`) answer alike every time and need none.

    Raises:
        ConfigurationError: and its children, naming the fix; a replay needs no key and no package.
    """
    from harness.services.cassette_files import CassetteFolder
    from harness.services.cassettes import CassetteLLM, CassetteMode
    from harness.services.providers import Adapter, lookup
    from harness.services.scrubbing import Scrubber
    from harness.voipbin.engine_models import parse_engine_model

    mode = CassetteMode(settings.cassettes)
    engine = parse_engine_model(engine_model)
    is_inside = lookup(engine.provider).adapter in (Adapter.SCRIPTED, Adapter.EXTRACTIVE)
    if mode is CassetteMode.OFF or is_inside:
        return language_model(engine_model, settings=settings)
    if mode is CassetteMode.REPLAY and not settings.cassette_dir.is_dir():
        raise ConfigurationError(
            f"engine_model {engine}: there is no folder of cassettes {settings.cassette_dir} to replay. "
            "Record some with --cassettes record, or name the folder with --cassette-dir."
        )
    return CassetteLLM(
        str(engine),
        make=partial(language_model, engine_model, settings=settings),
        mode=mode,
        folder=CassetteFolder(settings.cassette_dir),
        scrubber=Scrubber(),
        clock=MonotonicClock() if settings.latency == LatencyMode.MEASURED else None,
    )


class MonotonicClock:
    """The machine's own time, for latencies that are measured; what a recorded answer took counts as passed."""

    def now_ms(self) -> float:
        """Return milliseconds from an arbitrary start."""
        from harness.services.cassettes import played_ms

        return time.perf_counter() * 1000 + played_ms()
