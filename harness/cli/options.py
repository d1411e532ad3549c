"""Options that several verbs share, and the settings that come of them."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from harness.settings import (
    CASSETTES,
    LATENCIES,
    MOST_REPEATS,
    PLATFORMS,
    PROFILES,
    ROUTES,
    SIP_TRANSPORTS,
    SRTP,
    TIERS,
    TURN_MODELS,
    Settings,
    nearest_project,
    project_settings,
)

F = TypeVar("F", bound=Callable[..., Any])

PATHS = click.argument("paths", nargs=-1, type=click.Path(path_type=Path))

REPORTS = click.option(
    "--reports", metavar="DIR", type=click.Path(path_type=Path), help="Folder for runs, pages and the speech cache."
)

JUDGE = (
    click.option(
        "--judge",
        metavar="ENGINE_MODEL",
        help="Who answers rubrics, such as openai.gpt-4o, or offline (rules, no key); several with commas are a panel "
        "(default none: unscored).",
    ),
    click.option(
        "--judge-votes", type=click.IntRange(min=1), metavar="N", help="How often each judge is asked (default 1)."
    ),
)
"""Who judges."""

CHOICE = (
    click.option(
        "--prompt",
        "prompts",
        multiple=True,
        metavar="NAME@VERSION",
        help="Try this prompt version instead of the ones the suites name. May be given several times.",
    ),
    click.option(
        "--against",
        metavar="REF",
        help="Compare with this baseline and gate the difference: NAME@VERSION or git:REF (run beside), run:ID or "
        "baseline:NAME (measured before); none: no baseline.",
    ),
    click.option(
        "--engine-model",
        "engine_models",
        multiple=True,
        metavar="ENGINE_MODEL",
        help="Put the prompts to this model instead of the suites', such as openai.gpt-4o. May be given several times.",
    ),
)
"""What is tried: prompts, baseline, models."""

COMPARISON = (
    click.option(
        "--profile",
        type=click.Choice(PROFILES),
        help="What a comparison must prove. smoke: nothing, differences are shown. pull_request: 3 trials a case, no "
        "drop of more than 10 points. release: 5 trials, 5 points. auto (default): pull_request with --against, else "
        "smoke.",
    ),
    click.option("--margin", metavar="SHARE", help="Largest drop of the pass rate that may ship, such as 0.05."),
    click.option(
        "--gate",
        metavar="METRICS",
        help="Metrics that must not get worse either, such as latency,hearing_wer=0.03 (default margins 0.2 and 0.05).",
    ),
    click.option(
        "--trials",
        type=click.IntRange(min=1),
        metavar="N",
        help="Try every case at least N times in every arm, whatever its pass rule needs.",
    ),
    click.option(
        "--max-trials",
        type=click.IntRange(min=1),
        metavar="N",
        help="Extend a comparison that is undecided to N trials a case (two looks, each at half the error rate).",
    ),
)
"""What the comparison of arms must prove."""

LIVE = (
    click.option(
        "--transport",
        metavar="NAME",
        help="Who holds the calls: simulated (default), voipbin (the real platform; harness doctor says what it "
        "needs), or package.module:factory.",
    ),
    click.option(
        "--route",
        type=click.Choice(ROUTES),
        help="How a real call is held. sip (default): by telephone. media: VoIPBIN places it, sound over a WebSocket. "
        "text: a written chat, no sound.",
    ),
    click.option("--ai", metavar="ID", help="Call this AI as it is, instead of one made from each arm for the run."),
    click.option(
        "--dial", metavar="ADDRESS", help="Call this SIP address or number instead of the AI's direct hash; needs --ai."
    ),
    click.option(
        "--source", metavar="NUMBER", help="The account's number that calls to numbers come from (default: its own)."
    ),
    click.option("--api-url", metavar="URL", help="Another VoIPBIN than the hosted one, such as harness simulate's."),
    click.option("--sip-domain", metavar="HOST", help="Where its direct hashes are phoned (default sip.voipbin.net)."),
    click.option(
        "--sip-transport", type=click.Choice(SIP_TRANSPORTS), help="What carries the signalling (default udp)."
    ),
    click.option("--srtp", type=click.Choice(SRTP), help="Whether sound over SIP is encrypted (default off)."),
    click.option("--ca-file", metavar="FILE", help="Certificates to trust instead of the usual ones."),
    click.option(
        "--allow",
        metavar="LIST",
        help="Whom calls may reach besides direct hashes: +15550100000,+4930*,sip:*@example.org",
    ),
    click.option(
        "--quiet-hours", metavar="HOURS", help="When no number is called, such as '20:00-08:00 Europe/Berlin'."
    ),
    click.option(
        "--most-calls", type=click.IntRange(min=1), metavar="N", help="Real calls in progress at once (default 10)."
    ),
    click.option(
        "--max-call-s", type=click.IntRange(min=1), metavar="N", help="Longest real call in seconds (default 600)."
    ),
    click.option(
        "--yes-call-real-numbers",
        "call_real_numbers",
        flag_value="yes",
        default=None,
        help="Let this run call telephone numbers on the allow-list.",
    ),
)
"""Real calls (docs/real-calls.md)."""

SETTINGS = (
    click.option(
        "--tier",
        type=click.Choice(TIERS),
        help="audio (default): speech over a telephone line. text: words only, seconds for a whole suite.",
    ),
    click.option("--seed", type=int, help="Seed of everything random; the same seed gives the same calls (default 1)."),
    click.option("--concurrency", type=click.IntRange(min=1), help="Calls in flight at once (default 4)."),
    click.option(
        "--repeats",
        type=click.IntRange(min=0, max=MOST_REPEATS),
        help="How often a trial is made again that our own caller spoiled (default 2).",
    ),
    click.option(
        "--max-invalid",
        type=click.FloatRange(min=0, max=1),
        metavar="SHARE",
        help="Share of spoiled calls above which no further one is placed (default 0.2; 1: never stop).",
    ),
    click.option(
        "--latency",
        type=click.Choice(LATENCIES),
        help="modelled (default): seeded, repeatable. measured: what the services really took.",
    ),
    click.option(
        "--platform",
        type=click.Choice(PLATFORMS),
        help="seed (default): the flows of VoIPBIN's tutorial just work. current: what VoIPBIN does today. "
        "strict: the same, but bad input is told as such.",
    ),
    click.option(
        "--turn-model",
        type=click.Choice(TURN_MODELS),
        help="Who decides when a caller's turn begins and ends, where the case does not say: transcript (default, "
        "the recogniser), vad (voice activity) or half_duplex (nobody listens while the agent speaks).",
    ),
    *COMPARISON,
    *JUDGE,
    click.option(
        "--caller-model",
        metavar="ENGINE_MODEL",
        help="Who makes up callers' lines where a case says proceed (default embedded.caller, which needs no key).",
    ),
    click.option(
        "--caller-voice", metavar="VOICE", help="Voice of every persona that names none, such as hibari:heart."
    ),
    click.option("--agent-voice", metavar="VOICE", help="Voice of every agent whose prompt names none."),
    click.option(
        "--stt", metavar="NAME", help="Recogniser: auto (default, embedded, by language) or openai:whisper-1."
    ),
    click.option(
        "--budget",
        type=click.FloatRange(min=0),
        metavar="USD",
        help="The most the calls may cost: stops before the call that could break it. Needs a price for every model.",
    ),
    click.option("--prices", metavar="FILE", help="Your own prices, laid over the list prices (docs/money.md)."),
    click.option(
        "--cassettes",
        type=click.Choice(CASSETTES),
        help="Answers of hosted and local language models: record keeps them, replay plays them without key or network "
        "(what is missing is an error), auto plays what is there and records the rest (default off).",
    ),
    click.option(
        "--cassette-dir",
        metavar="DIR",
        type=click.Path(path_type=Path),
        help="Folder of recorded answers (default cassettes, beside pyproject.toml).",
    ),
    *LIVE,
    REPORTS,
)
"""How it is tried; each has the name of its setting."""


def with_options(options: tuple[Callable[[F], F], ...]) -> Callable[[F], F]:
    """Return a decorator that adds options in the order they are shown."""

    def add(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def command_settings(values: Mapping[str, Any]) -> Settings:
    """Return the settings of the project around the current folder, with a verb's options laid over.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    here = Path.cwd()
    return project_settings(nearest_project(here), values, started_in=here)
