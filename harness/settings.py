"""What a session is set to: defaults < `[tool.harness]` in pyproject.toml < HARNESS_* variables < command line.

No secret is a setting: keys are read from the environment by the service that uses them.
"""

import math
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

from harness.errors import ConfigurationError, UnknownNameError

TIERS = ("audio", "text")
LATENCIES = ("modelled", "measured")
PLATFORMS = ("seed", "current", "strict")
TURN_MODELS = ("transcript", "vad", "half_duplex")
PROFILES = ("auto", "smoke", "pull_request", "release")
CASSETTES = ("off", "record", "replay", "auto")
ROUTES = ("sip", "media", "text")
SIP_TRANSPORTS = ("udp", "tcp", "tls")
SRTP = ("off", "optional", "required")
REAL = "voipbin"
"""The transport that holds real calls."""
ONLY_ON_COMMAND_LINE = frozenset({"call_real_numbers"})
"""What must be said anew for every run."""
MOST_REPEATS = 2
"""A caller that fails three times in a row will fail again (evaluation.md, section 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set, with the defaults of a fresh checkout: offline, no account, no key."""

    reports: Path = Path("reports")
    """Folder for runs, pages and the speech cache."""
    tier: str = "audio"
    """`audio` (speech over a telephone line) or `text` (words only, seconds for a whole suite)."""
    transport: str = "simulated"
    """Who holds the calls: `simulated` (a VoIPBIN in this process), `voipbin` (the real platform), or a
    `package.module:factory`."""
    route: str = "sip"
    """How a real call is held: `sip` (the harness phones the agent), `media` (VoIPBIN phones it, the sound comes over a
    WebSocket) or `text` (a written chat: no sound, no telephone)."""
    api_url: str = "https://api.voipbin.net"
    """The real platform's API, without `/v1.0`."""
    sip_domain: str = "sip.voipbin.net"
    """Where direct hashes are phoned, with `:port` where it is not the usual one."""
    sip_transport: str = "udp"
    srtp: str = "off"
    """Whether the sound of calls over SIP is encrypted."""
    ca_file: str = ""
    """Certificates to trust instead of the usual ones, for a platform of one's own."""
    ai: str = ""
    """Id of the AI that is called, as it is; empty: each arm gets an AI of its own for the run."""
    dial: str = ""
    """SIP address or telephone number that is called instead of the agent's direct hash."""
    source: str = ""
    """The account's telephone number that calls to numbers come from; empty: the account's default one."""
    rate_share: float = 0.5
    """Part of the account's request budget a run may use, above 0 to 1."""
    allow: str = ""
    """Whom real calls may reach besides direct hashes, with commas: `+15550100000, +4930*, sip:*@example.org`."""
    quiet_hours: str = ""
    """When no telephone number is called, such as `20:00-08:00 Europe/Berlin`."""
    most_calls: int = 10
    """Real calls in progress at once, whatever the concurrency."""
    max_call_s: int = 600
    """Longest real call in seconds, whatever the case says."""
    call_real_numbers: str = "no"
    """`yes` lets this run reach telephone numbers on the allow-list; only the command line can say so."""
    latency: str = "modelled"
    """`modelled` (seeded, repeatable) or `measured` (what the services really took)."""
    platform: str = "seed"
    """Which VoIPBIN is simulated: `seed` (its tutorial's flows just work), `current` (what it does today, surprises
    included) or `strict` (the same, but bad input is told as such)."""
    turn_model: str = "transcript"
    """Who decides when the caller's turn begins and ends, where a case does not say: `transcript` (the recogniser),
    `vad` (voice activity) or `half_duplex` (nobody listens while the agent speaks)."""
    seed: int = 1
    concurrency: int = 4
    """Calls in flight at once."""
    caller_model: str = "embedded.caller"
    """engine_model that makes up the lines of callers who improvise."""
    repeats: int = 2
    """How often a trial is made again that our own caller spoiled, 0 to 2."""
    max_invalid: float = 0.2
    """Share of calls spoiled by our own caller, 0 to 1, above which no further one is placed."""
    caller_voice: str = "auto"
    """Voice of every persona that does not name one."""
    agent_voice: str = "auto"
    """Voice of every agent whose prompt does not name one."""
    stt: str = "auto"
    """Recogniser of the simulated platform and of the reference transcript; `auto` is the embedded one, by language."""
    judge: str = "none"
    """engine_model of the rubric judge, such as `openai.gpt-4o` or `anthropic.claude-sonnet-5`; several, with commas
    between them, are a panel; `offline` for the judge that works by rules; or `none`."""
    judge_votes: int = 1
    """How often each judge is asked; three votes of one model are a panel too."""
    summariser: str = "embedded"
    """Writes the summaries of `ai_summary`: `embedded`, or an engine_model such as `openai.gpt-4o`."""
    profile: str = "auto"
    """How much a comparison with a baseline must prove: `smoke` (differences are shown, never gated), `pull_request`,
    `release`, or `auto`: pull_request where a baseline was asked for with --against, else smoke."""
    margin: str = ""
    """The largest drop of the pass rate that may still ship, such as 0.05; empty: the profile's."""
    gate: str = ""
    """Metrics that must not get worse beside the pass rate, with commas: `latency, hearing_wer=0.03`."""
    trials: int = 0
    """Least number of trials of every case in every arm; 0: as the cases say, and the profile where arms are
    compared."""
    max_trials: int = 0
    """Number of trials a comparison is extended to that the planned ones could not decide; 0: it is not."""
    cassettes: str = "off"
    """What is done with the answers of hosted and local language models: `record` keeps them, `replay` plays them
    without asking anybody, `auto` plays what is there and records the rest."""
    cassette_dir: Path = Path("cassettes")
    """Folder of recorded answers. Not in `reports`, which may be deleted: these belong to the suites' repository."""
    model_dir: str = ""
    """Folder with recogniser weights; empty: the installed weights packages."""
    budget: float = math.inf
    """US dollars that the calls of a run may cost; no call is placed that could cost more than is left."""
    prices: str = ""
    """A price file laid over the packaged one; empty: list prices."""
    timeout_s: float = 60.0
    """Longest wait for one answer of one service, in seconds."""

    def __post_init__(self) -> None:
        """Refuse values that could never run."""
        for name, known in (
            ("tier", TIERS),
            ("latency", LATENCIES),
            ("platform", PLATFORMS),
            ("turn_model", TURN_MODELS),
            ("cassettes", CASSETTES),
            ("profile", PROFILES),
            ("route", ROUTES),
            ("sip_transport", SIP_TRANSPORTS),
            ("srtp", SRTP),
            ("call_real_numbers", ("no", "yes")),
        ):
            if getattr(self, name) not in known:
                raise UnknownNameError(kind=name, name=getattr(self, name), known=known)
        if self.concurrency < 1:
            raise ConfigurationError(f"concurrency must be at least 1, not {self.concurrency}")
        if self.judge_votes < 1:
            raise ConfigurationError(f"judge_votes must be at least 1, not {self.judge_votes}")
        if not 0 <= self.repeats <= MOST_REPEATS:
            raise ConfigurationError(
                f"repeats must be 0 to {MOST_REPEATS}, not {self.repeats}: a caller that fails three times in a row "
                "will fail again. Choose a clearer voice or a better line"
            )
        if not 0 <= self.max_invalid <= 1:
            raise ConfigurationError(f"max_invalid is a share, 0 to 1, not {self.max_invalid:g}; 1 never stops a run")
        if self.trials < 0 or self.max_trials < 0:
            raise ConfigurationError(f"trials and max_trials are counts, not {min(self.trials, self.max_trials)}")
        if not self.budget >= 0:
            raise ConfigurationError(f"budget is an amount of US dollars, 0 or more, not {self.budget:g}")
        if self.is_live and self.tier == "text" and self.route != "text":
            raise ConfigurationError(f"route {self.route} has sound: take tier audio, or route text")
        if not 0 < self.rate_share <= 1:
            raise ConfigurationError(
                f"rate_share is a share of the request budget, above 0 to 1, not {self.rate_share:g}"
            )
        if self.most_calls < 1 or self.max_call_s < 1:
            raise ConfigurationError(
                f"most_calls and max_call_s must be at least 1, not {min(self.most_calls, self.max_call_s)}"
            )
        if self.timeout_s <= 0:
            raise ConfigurationError(f"timeout_s must be more than 0, not {self.timeout_s:g}")

    @property
    def is_live(self) -> bool:
        """Return whether calls go through the real platform."""
        return self.transport == REAL

    @property
    def runs(self) -> Path:
        """Return the folder that holds one folder per run."""
        return self.reports / "runs"

    @property
    def cache(self) -> Path:
        """Return the folder of synthesized and recognised speech; safe to delete."""
        return self.reports / "cache"

    @property
    def voice_floors(self) -> Path:
        """Return the file with the project's own measurements of voices."""
        return self.reports / "voice_floors.json"

    @property
    def judge_cards(self) -> Path:
        """Return the folder with what is known about judges."""
        return self.reports / "judge-cards"

    @property
    def baselines(self) -> Path:
        """Return the folder with what later runs are compared with; it belongs in git."""
        return self.reports / "baselines"

    @property
    def pages(self) -> Path:
        """Return the folder the HTML report is written to."""
        return self.reports / "html"

    def override(self, values: Mapping[str, Any], *, source: str) -> Self:
        """Return settings with `values` laid over; None means "not given". Strings are read as the field's type.

        Raises:
            ConfigurationError: a name or a value that is no setting, naming `source`.
        """
        known = {field.name for field in fields(self)}
        changes: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                error = UnknownNameError(kind="setting", name=name, known=tuple(sorted(known)))
                raise ConfigurationError(f"{source}: {error}")
            if value is not None:
                changes[name] = _read(value, like=getattr(self, name), name=name, source=source)
        return replace(self, **changes)


def load_settings(root: Path, *, environ: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of a project folder, before the command line has its say."""
    settings = Settings()
    pyproject = root / "pyproject.toml"
    if pyproject.is_file():
        try:
            table = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("tool", {}).get("harness", {})
        except tomllib.TOMLDecodeError as error:
            raise ConfigurationError(f"{pyproject}: {error}") from error
        settings = settings.override(_lasting(table, source=str(pyproject)), source=f"{pyproject} [tool.harness]")
    prefix = "HARNESS_"
    values = {name.removeprefix(prefix).lower(): value for name, value in environ.items() if name.startswith(prefix)}
    return settings.override(_lasting(values, source="environment"), source="environment (HARNESS_*)")


def _lasting(values: Mapping[str, Any], *, source: str) -> Mapping[str, Any]:
    for name in sorted(ONLY_ON_COMMAND_LINE.intersection(values)):
        raise ConfigurationError(f"{source}: {name} is said for one run, on the command line, and nowhere else")
    return values


def nearest_project(here: Path) -> Path:
    """Return the nearest folder with a `pyproject.toml`, from `here` upwards; `here` itself where there is none."""
    return next((folder for folder in (here, *here.parents) if (folder / "pyproject.toml").is_file()), here)


def project_settings(root: Path, overrides: Mapping[str, Any], *, started_in: Path) -> Settings:
    """Return a project's settings with the command line's laid over, and its folders made absolute.

    Args:
        root: The project's folder; a folder from `pyproject.toml` or the environment is relative to it.
        overrides: The command line's values by setting; None where nothing was given.
        started_in: What a folder on the command line is relative to.

    Raises:
        ConfigurationError: a name or a value that is no setting.
    """
    given = dict(overrides)
    for name in ("reports", "cassette_dir"):
        if given.get(name) is not None:
            given[name] = started_in / given[name]
    if given.get("prices"):
        given["prices"] = str(started_in / given["prices"])
    settings = load_settings(root).override(given, source="command line")
    if settings.is_live and settings.route == "text":
        # A written chat has no sound, whatever tier the project's other runs have.
        settings = replace(settings, tier="text")
    return replace(
        settings,
        reports=(root / settings.reports).resolve(),
        cassette_dir=(root / settings.cassette_dir).resolve(),
        prices=settings.prices and str((root / settings.prices).resolve()),
    )


def _read(value: Any, *, like: Any, name: str, source: str) -> Any:
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Path):
            raise ValueError("not a text or a number")
        return Path(str(value)) if isinstance(like, Path) else type(like)(value)
    except (TypeError, ValueError) as error:
        expected = {int: "a whole number", float: "a number"}.get(type(like), "a text")
        raise ConfigurationError(f"{source}: {name} = {value!r} is not {expected}") from error
