"""The plugin's options, and the settings that come of them."""

import pytest

from harness.settings import Settings, project_settings

LIVE = {
    "transport": ("simulated|voipbin", "who holds the calls: simulated (default), voipbin (the real platform)"),
    "route": ("sip|media|text", "how a real call is held: by telephone (default), over a WebSocket, or in writing"),
    "ai": ("ID", "call this AI as it is, instead of one made from each arm's prompt for the run"),
    "dial": ("ADDRESS", "call this SIP address or number instead of the AI's direct hash; needs --harness-ai"),
    "source": ("NUMBER", "the account's number that calls to numbers come from (default: the account's own choice)"),
    "api_url": ("URL", "another VoIPBIN than the hosted one, such as that of harness simulate"),
    "sip_domain": ("HOST", "where its direct hashes are phoned (default sip.voipbin.net)"),
    "sip_transport": ("udp|tcp|tls", "what carries the signalling (default udp)"),
    "srtp": ("off|optional|required", "whether the sound of calls over SIP is encrypted (default off)"),
    "ca_file": ("FILE", "certificates to trust instead of the usual ones"),
    "allow": ("LIST", "whom calls may reach besides direct hashes: +15550100000,+4930*,sip:*@example.org"),
    "quiet_hours": ("HOURS", "when no number is called, such as '20:00-08:00 Europe/Berlin'"),
    "most_calls": ("N", "real calls in progress at once, whatever the concurrency (default 10)"),
    "max_call_s": ("N", "longest real call in seconds (default 600)"),
}
"""The same, of real calls (docs/real-calls.md)."""

SETTINGS = {
    "tier": ("text|audio", "audio (default) speaks over a telephone line; text exchanges words, seconds for a suite"),
    "seed": ("N", "seed of everything random; the same seed gives the same calls (default 1)"),
    "concurrency": ("N", "calls in flight at once (default 4)"),
    "repeats": ("N", "how often a trial is made again that our own caller spoiled: 0, 1 or 2 (default 2)"),
    "max_invalid": ("SHARE", "share of spoiled calls above which no further one is placed (default 0.2; 1: never)"),
    "latency": ("modelled|measured", "modelled (default) is seeded; measured charges what the services really took"),
    "platform": ("seed|current|strict", "seed (default) runs the tutorial's flows; current is what VoIPBIN does today"),
    "turn_model": (
        "transcript|vad|half_duplex",
        "who decides when a caller's turn ends, where the case does not say: transcript (default) is the recogniser",
    ),
    "profile": (
        "auto|smoke|pull_request|release",
        "what a comparison must prove: smoke shows differences; auto (default) is pull_request with --harness-against",
    ),
    "margin": ("SHARE", "largest drop of the pass rate that may ship, such as 0.05 (default: the profile's)"),
    "gate": ("METRICS", "metrics that must not get worse either, such as latency,hearing_wer=0.03"),
    "trials": ("N", "try every case at least N times in every arm"),
    "max_trials": ("N", "extend a comparison that is undecided to N trials a case"),
    "judge": (
        "ENGINE_MODEL",
        "who answers rubrics, such as openai.gpt-4o, or offline (rules); several, with commas, are a panel; or none",
    ),
    "judge_votes": ("N", "how often each judge is asked (default 1)"),
    "caller_model": ("ENGINE_MODEL", "who makes up callers' lines where a case says proceed (default embedded.caller)"),
    "caller_voice": ("VOICE", "voice of every persona that names none, such as hibari:heart"),
    "agent_voice": ("VOICE", "voice of every agent whose prompt names none"),
    "stt": ("NAME", "recogniser: auto (default, embedded, by language) or openai:whisper-1"),
    "budget": ("USD", "the most the calls may cost: stops before the call that could break it"),
    "prices": ("FILE", "your own prices, laid over the list prices"),
    "cassettes": (
        "off|record|replay|auto",
        "answers of hosted and local language models: kept, played without key or network, or both (default off)",
    ),
    "cassette_dir": ("DIR", "folder of recorded answers (default cassettes)"),
    "reports": ("DIR", "folder for runs, pages and the speech cache (default reports)"),
    **LIVE,
}
"""Options that set the setting of their name: placeholder and help."""

_settings = pytest.StashKey[Settings]()


def add_options(parser: pytest.Parser) -> None:
    """Add the group `voice agent harness` to the command line."""
    group = parser.getgroup("voipbin-harness", "voice agent harness (places the calls of *.suite.yaml files)")
    group.addoption(
        "--harness-prompt",
        action="append",
        default=[],
        metavar="NAME@VERSION",
        help="try this prompt version instead of the ones the suite names; may be given several times. "
        "Example: pytest suites/ --harness-prompt receptionist@v3-draft",
    )
    group.addoption(
        "--harness-against",
        metavar="REF",
        help="compare with this baseline and gate the difference: NAME@VERSION or git:REF (run beside), run:ID or "
        "baseline:NAME (measured before); none: no baseline",
    )
    group.addoption(
        "--harness-engine-model",
        action="append",
        default=[],
        metavar="ENGINE_MODEL",
        help="put the prompts to this model instead of the suite's, such as openai.gpt-4o; may be given several times",
    )
    for name, (placeholder, text) in SETTINGS.items():
        group.addoption(f"--harness-{name.replace('_', '-')}", metavar=placeholder, help=text)
    group.addoption(
        "--harness-yes-call-real-numbers",
        dest="harness_call_real_numbers",
        action="store_const",
        const="yes",
        help="let this run call telephone numbers on the allow-list",
    )
    group.addoption(
        "--harness-resume",
        metavar="RUN",
        help="go on with a run that was cut short: its id, the start of it, or latest",
    )


def session_settings(config: pytest.Config) -> Settings:
    """Return the session's settings: defaults < pyproject.toml < HARNESS_* < options. Raises ConfigurationError."""
    if _settings not in config.stash:
        values = {name: config.getoption(f"harness_{name}") for name in (*SETTINGS, "call_real_numbers")}
        config.stash[_settings] = project_settings(config.rootpath, values, started_in=config.invocation_params.dir)
    return config.stash[_settings]
