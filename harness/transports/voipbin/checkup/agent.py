"""Will the agent that is phoned say anything, and can it be phoned?

The platform accepts much at creation that never speaks in a call (contract section 4.1).
"""

from harness.errors import ConfigurationError
from harness.transports.voipbin.checkup.results import Outcome, failed, fine, outcome_of, skipped, warned
from harness.transports.voipbin.checkup.subject import Subject
from harness.transports.voipbin.lodging_plan import is_here
from harness.voipbin.ais import DEFAULT_STT, DEFAULT_TTS, RUNNING_STT, RUNNING_TTS, voice_id
from harness.voipbin.engine_models import RUNNING_PROVIDERS, parse_engine_model
from harness.voipbin.hashes import PREFIX, bare
from harness.voipbin.resources import Record

_NO_SUITE = "no suite was read"
_NONE_SET = "no AI is set to be phoned as it is (setting ai): each arm gets one of its own"


async def ask_engine_model(subject: Subject) -> Outcome:
    """Can the AI's language model run?"""
    ai = await _set_ai(subject)
    if isinstance(ai, Outcome):
        return ai
    names = (str(ai.get("engine_model") or ""),)
    return engine_outcome(names, whose="the AI's", is_live=True, is_here=is_here(subject.client.site))


async def ask_arms(subject: Subject) -> Outcome:
    """Can the language models of the suites' arms run?"""
    if not subject.needs.engine_models:
        return skipped(_NO_SUITE)
    here = is_here(subject.client.site)
    return engine_outcome(subject.needs.engine_models, whose="the suites'", is_live=subject.needs.is_live, is_here=here)


async def ask_cases(subject: Subject) -> Outcome:
    """Can the suites' cases be held in real calls, by the route that is set?"""
    needs = subject.needs
    if not needs.cases:
        return skipped(_NO_SUITE)
    if not needs.unfit:
        return fine(f"all {needs.cases} can be held like this" if needs.cases > 1 else "the one there is can be held")
    said = f"{len(needs.unfit)} of {needs.cases} cannot be held like this, such as {needs.unfit[0]}"
    fix = "leave them to simulated calls: name other suites for real ones"
    if needs.is_live and len(needs.unfit) == needs.cases:
        return failed(said, fix=fix)
    return warned(said, fix=fix)


def engine_outcome(names: tuple[str, ...], *, whose: str, is_live: bool, is_here: bool) -> Outcome:
    """Return whether language models run in a real call.

    Args:
        names: As AIs or suites name them.
        whose: Begins a sentence.
        is_live: Whether a model of the harness itself is a fault, or only something to know.
        is_here: Whether the platform is on this machine, where it may be a simulated one, which runs any model.
    """
    own, silent = [], []
    for name in dict.fromkeys(names):
        try:
            engine = parse_engine_model(name)
        except ConfigurationError as error:
            return outcome_of(error)
        if engine.is_own:
            own.append(name)
        elif not engine.runs_on_platform:
            silent.append(name)
    running = ", ".join(RUNNING_PROVIDERS)
    if is_here and (silent or own):
        return fine(
            f"{whose} {', '.join([*own, *silent])}, which a simulated platform runs and the hosted one does not"
        )
    if silent:
        return failed(
            f"{whose} {', '.join(silent)} is accepted by the platform and never speaks",
            fix=f"take a model of {running}, such as openai.gpt-5-mini",
        )
    if own:
        said = f"{whose} {', '.join(own)} answers in simulated calls only"
        fix = f"for real calls name a model of {running}, such as --engine-model openai.gpt-5-mini"
        return failed(said, fix=fix) if is_live else warned(said, fix=fix)
    return fine(f"{whose} {', '.join(dict.fromkeys(names))}")


async def ask_voice(subject: Subject) -> Outcome:
    """Does the platform start the AI's voice?"""
    ai = await _set_ai(subject)
    if isinstance(ai, Outcome):
        return ai
    engine, voice = str(ai.get("tts_type") or DEFAULT_TTS), str(ai.get("tts_voice_id") or "")
    if engine not in RUNNING_TTS:
        return failed(
            f"tts_type {engine} is accepted by the platform and never speaks",
            fix=f"set the AI's tts_type to {_or(RUNNING_TTS)}",
        )
    default = "" if voice else ", its default"
    return fine(f"{engine}:{voice_id(engine, voice)}{default}; whether that voice exists shows in the first call")


async def ask_recogniser(subject: Subject) -> Outcome:
    """Does the platform start the AI's recogniser?"""
    ai = await _set_ai(subject)
    if isinstance(ai, Outcome):
        return ai
    engine, language = str(ai.get("stt_type") or DEFAULT_STT), str(ai.get("stt_language") or "")
    if engine not in RUNNING_STT:
        return failed(
            f"stt_type {engine} is accepted by the platform and never hears",
            fix=f"set the AI's stt_type to {_or(RUNNING_STT)}",
        )
    if not language:
        return warned(
            f"{engine}, without a language: it guesses, and mishears more",
            fix="set the AI's stt_language, such as en-US",
        )
    return fine(f"{engine}, {language}")


async def ask_direct_hash(subject: Subject) -> Outcome:
    """Is there a direct hash to phone, and how is it spelled?"""
    set_hash = subject.credentials.direct_hash.strip()
    if not subject.credentials.has_account:
        return _spelled(set_hash, whose="the one that is set")
    ai = await subject.ai()
    if ai is None:
        return skipped("the account has no AI yet, whose hash would tell how they are spelled here")
    whose = f"the AI {ai.get('name') or ai['id']}'s"
    if not ai.get("direct_hash"):
        fix = f"harness direct-hash regenerate {ai['id']}"
        if subject.needs.ai:
            return failed(f"{whose} is empty: nobody can phone it", fix=fix)
        return warned(f"{whose} is empty: AIs made for a run may have none here", fix=fix)
    return _spelled(str(ai["direct_hash"]), whose=whose)


async def _set_ai(subject: Subject) -> Record | Outcome:
    """Return the AI that is set to be phoned, or why there is none to look at."""
    if not subject.needs.ai:
        return skipped(_NONE_SET)
    if not subject.credentials.has_account:
        return skipped("a direct hash alone does not show its AI")
    return await subject.ai() or {}


def _spelled(direct_hash: str, *, whose: str) -> Outcome:
    try:
        bare(direct_hash)
    except ConfigurationError:
        return failed(
            f"{whose} is no direct hash, which has 12 hexadecimal digits", fix="copy it again from the AI's direct_hash"
        )
    form = f"with {PREFIX} before it, as today's platform writes it"
    return fine(f"{whose}, {form if direct_hash.startswith(PREFIX) else 'bare, as the tutorial shows it'}")


def _or(names: frozenset[str]) -> str:
    return " or ".join(sorted(names))
