"""What can go wrong on the platform, why, what to do about it, and who has to.

One table for the entries of the tutorial's troubleshooting section and for everything else the contract knows. How each
is recognised in a call stands in `harness/runner/diagnosis.py`; `docs/findings.md` shows this table.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from harness.model.finding import FindingName, Party


class Advice(NamedTuple):
    """What is known about a finding, whatever the call."""

    title: str
    """Its name in plain words."""
    cause: str
    fix: str
    blames: Party


_N = FindingName

ADVICE: Final[Mapping[FindingName, Advice]] = MappingProxyType(
    {
        _N.REQUEST_REFUSED: Advice(
            "The platform refused the request",
            "the request is not well formed: an engine_model that is not provider.model, an unknown action or tool, or "
            "a field that is missing or of the wrong type",
            "write the engine_model as openai.gpt-5-mini is written, fill in every required field, and look at the "
            "reason in the answer",
            Party.AGENT,
        ),
        _N.CREDENTIALS_REFUSED: Advice(
            "The platform refused the credentials",
            "the token or access key is missing, expired, or not allowed to do this; calls to telephone numbers also "
            "need a verified identity",
            "log in again or make a new access key; for a telephone number have the account verified, or call a SIP "
            "address instead",
            Party.ACCOUNT,
        ),
        _N.INSUFFICIENT_BALANCE: Advice(
            "The account has no balance",
            "neither tokens nor credit are left, and the platform places no call without them",
            "top the account up and look at GET /billing_account before the next run",
            Party.ACCOUNT,
        ),
        _N.PLATFORM_LIMIT: Advice(
            "The platform asks for fewer requests",
            "the account or the address sends more requests than its limit",
            "lower the concurrency of the run, and wait as long as Retry-After says",
            Party.ACCOUNT,
        ),
        _N.PLATFORM_FAILED: Advice(
            "The platform failed",
            "the platform answered with a server error; it also answers 500 to some bad input, such as an unknown "
            "engine_model provider or voice type",
            "check the request's values first, then try again later",
            Party.PLATFORM,
        ),
        _N.PLATFORM_UNREACHABLE: Advice(
            "The platform could not be reached",
            "a request got no answer, or none that is a VoIPBIN's: a wrong address, a network or firewall in between, "
            "or a certificate that is not trusted",
            "check api_url and ca_file, and what harness doctor says about them",
            Party.LINE,
        ),
        _N.CALL_NOT_TAKEN: Advice(
            "Nobody took the call",
            "whoever was phoned was busy, declined or did not answer; VoIPBIN refuses with 404 a direct hash nobody "
            "has (any more), and with 500 an account that has no balance or is not active",
            "look at the reason; show the AI's hash with harness direct-hash show, and run harness doctor",
            Party.LINE,
        ),
        _N.OTHER_AGENT: Advice(
            "Another agent took the call than the one under test",
            "the AI was changed during the run, or the id or direct hash that was phoned is another AI's; what was "
            "heard says nothing about the prompt under test",
            "leave the AI alone while it is tested, fetch its prompt with harness prompts pull, or leave the id out so "
            "that each arm gets an AI of its own",
            Party.AGENT,
        ),
        _N.AGENT_DELETED: Advice(
            "The agent under test was deleted during the call",
            "somebody, or a sweep that was not meant for it, deleted the AI while it was being tested; what the "
            "platform does with a call whose AI is gone is not the agent's doing",
            "leave what carries a run's mark alone until the run is over, look who else has the account's credentials, "
            "and run the case again",
            Party.ACCOUNT,
        ),
        _N.SESSION_NEVER_STARTED: Advice(
            "The AI session never started",
            "the platform accepts more types than its voice runner can start: openai, grok and gemini "
            "models, cartesia, elevenlabs and google voices, deepgram and google recognisers; or the runner took more "
            "than 30 s; or the action names no AI: an inline prompt is ignored today",
            "choose an openai, grok or gemini engine_model, a tts_type and an stt_type the runner starts, and give "
            "ai_talk an assistance_id",
            Party.AGENT,
        ),
        _N.FLOW_FAILED: Advice(
            "The flow failed",
            "an action could not be done, and the platform then ends the flow and hangs up; ai_talk fails like this "
            "when it names no AI",
            "correct the options of the action named here; give ai_talk an assistance_id",
            Party.AGENT,
        ),
        _N.SLOW_START: Advice(
            "The agent greeted late",
            "the AI session took long to start, or the first answer of the language model or the voice did",
            "play a short talk before ai_talk, choose a faster model or voice, or shorten the prompt",
            Party.PLATFORM,
        ),
        _N.LLM_KEY_REFUSED: Advice(
            "The language model's key was refused",
            "the AI's engine_key is wrong, expired, out of credit, or may not use this model",
            "set a valid engine_key on the AI, or leave it empty to use the platform's own",
            Party.SERVICE,
        ),
        _N.LLM_RATE_LIMITED: Advice(
            "The language model was rate limited",
            "the provider allows fewer requests or tokens than the calls need",
            "lower the concurrency, raise the provider's limit, or choose another model",
            Party.SERVICE,
        ),
        _N.LLM_FAILED: Advice(
            "The language model failed",
            "the provider answered with an error of its own, or refused the model that was asked for",
            "check that the model exists, look at the provider's status page, and try again",
            Party.SERVICE,
        ),
        _N.LLM_TIMED_OUT: Advice(
            "The language model did not answer in time",
            "the provider took the request and never finished its answer",
            "try again, choose a faster model, or give the prompt less to think about",
            Party.SERVICE,
        ),
        _N.AGENT_WROTE_NOTHING: Advice(
            "The agent wrote no answer",
            "the session ran, but no answer of the language model was stored: most often its key is not valid or it is "
            "rate limited, which the platform tells nobody",
            "check the AI's engine_key and the provider's limits, then ask the model the same over a text chat",
            Party.SERVICE,
        ),
        _N.TTS_VOICE_MISSING: Advice(
            "The voice does not exist",
            "the AI's tts_voice_id is not a voice of its tts_type",
            "set a tts_voice_id of that provider, or leave it empty for the default voice",
            Party.SERVICE,
        ),
        _N.TTS_FAILED: Advice(
            "The voice failed",
            "the provider of the voice answered with an error, or not at all: a credential that is not valid, a limit, "
            "or trouble of its own",
            "check the voice's credential and voice id, and the provider's limits",
            Party.SERVICE,
        ),
        _N.TEXT_WITHOUT_AUDIO: Advice(
            "The agent wrote an answer that was never heard",
            "the voice delivered no sound: its credential is not valid, or its voice id does not exist",
            "check tts_type, tts_voice_id and the provider's credential",
            Party.SERVICE,
        ),
        _N.AUDIO_WITHOUT_TEXT: Advice(
            "The agent said something that was not stored",
            "the platform stored no message for an answer that was heard, so that its record of the call has a gap",
            "trust the recording for this turn, and report it to the platform if it happens again",
            Party.PLATFORM,
        ),
        _N.ONE_WAY_OUT: Advice(
            "The caller heard nothing of the agent",
            "the platform played sound that never reached the caller: a firewall or address translation blocks the "
            "media in this direction",
            "let RTP in from the platform's media servers, use symmetric RTP, and look at the call's SIP analysis",
            Party.LINE,
        ),
        _N.STT_FAILED: Advice(
            "The recogniser failed",
            "the provider of the recogniser answered with an error, or not at all",
            "check the recogniser's credential and limits, or choose the other stt_type",
            Party.SERVICE,
        ),
        _N.ONE_WAY_IN: Advice(
            "The agent heard nothing of the caller",
            "the caller's sound never reached the platform, or its recogniser made no word of it",
            "check that RTP goes out, that the call is not muted, and that stt_language is the caller's",
            Party.LINE,
        ),
        _N.TURN_NOT_HEARD: Advice(
            "The agent missed what the caller said",
            "the recogniser made no word of a whole turn: too quiet, too noisy, or not in the language of stt_language",
            "listen to the turn; set stt_language to the caller's, and give the persona a better line if it is not "
            "meant to be this bad",
            Party.SERVICE,
        ),
        _N.PACKET_LOSS: Advice(
            "Parts of the caller's speech got lost",
            "packets of the call were lost on the way, and whole words with them",
            "look at packet loss and jitter in the call's SIP analysis, and test from another network",
            Party.LINE,
        ),
        _N.WORDS_MISHEARD: Advice(
            "The agent misheard the caller",
            "the recogniser took words for others: telephone sound, noise, or another language than stt_language",
            "set stt_language, try the other stt_type, and have the prompt repeat what matters before it acts",
            Party.SERVICE,
        ),
        _N.IDLE_STOP: Advice(
            "The AI session stopped for want of speech",
            "the platform cancels the voice pipeline after 300 s in which the agent said nothing, and the call goes on "
            "in silence",
            "have the flow or the prompt end calls that nobody takes part in, and give the case a lower limit",
            Party.PLATFORM,
        ),
        _N.PIPELINE_DIED: Advice(
            "The AI session died in mid-call",
            "the voice pipeline ended, and the platform does not hang up then: the caller waits in a silent call",
            "report it to the platform with the call's id; have your own system hang up on dead air",
            Party.PLATFORM,
        ),
        _N.CALL_DROPPED: Advice(
            "The call dropped",
            "the line broke although neither side had hung up",
            "try the call again; if it happens often, look at the call's SIP analysis",
            Party.LINE,
        ),
        _N.TOOL_ARGUMENTS_REFUSED: Advice(
            "The agent used a tool with wrong arguments",
            "what the language model wrote does not fit the tool: no valid JSON, or a required argument is missing",
            "say in the prompt when to use the tool and what to ask the caller for first",
            Party.AGENT,
        ),
        _N.TOOL_TIMED_OUT: Advice(
            "A tool did not answer in time",
            "the platform waits 10 s for the result of a tool",
            "make what the tool calls answer faster, and have the prompt say what to tell the caller then",
            Party.SERVICE,
        ),
        _N.TOOL_FAILED: Advice(
            "A tool failed",
            "what the tool was to do could not be done",
            "look at what the tool answered, and have the prompt say what to tell the caller then",
            Party.SERVICE,
        ),
        _N.CONNECT_FAILED: Advice(
            "The caller was not connected",
            "whoever was phoned was busy, did not answer, or refused the call",
            "put actions behind connect for this, such as a talk that takes a message",
            Party.CALLER,
        ),
        _N.WORDS_CUT: Advice(
            "The end of the session cut the agent off",
            "the session or the flow was ended while the agent was still speaking",
            "have the prompt say goodbye first and use stop_service or stop_flow after it, or put the farewell in a "
            "talk action behind ai_talk",
            Party.AGENT,
        ),
        _N.DEAD_AIR: Advice(
            "Nobody answered the caller for long",
            "more than 3 s passed after the caller had spoken; the platform plays nothing meanwhile and never "
            "asks again by itself",
            "choose a faster model or voice, keep answers short, and have the agent say that it is looking "
            "something up",
            Party.AGENT,
        ),
        _N.MOMENT_NEVER_CAME: Advice(
            "The caller waited in vain for its moment",
            "the case has the caller wait for something that did not happen in this call: words the agent never said, "
            "a tool it never used, a place in a turn it never spoke; the caller went on after its patience",
            "listen to the call, and give the move a moment that comes, or a branch (when) for the other way",
            Party.CALLER,
        ),
        _N.INTERRUPTION_TOO_LATE: Advice(
            "The interruption came when the agent had finished",
            "the agent's turn was shorter than the case expects, so that nobody was interrupted",
            "give the interruption an earlier moment, or a place in the turn such as {at: middle}",
            Party.CALLER,
        ),
        _N.BACKCHANNEL_LEFT_OUT: Advice(
            "A sign of attention was left out",
            "the agent had fallen silent before the caller's moment for it came",
            "give the backchannel a shorter delay_ms",
            Party.CALLER,
        ),
        _N.KEYS_AS_SOUND: Advice(
            "Keys were sent as sound",
            "the caller's telephone puts its tones into the sound, and VoIPBIN takes keys from RFC 4733 events only",
            "offer telephone-event in the call's SDP, or leave tones at rfc4733",
            Party.LINE,
        ),
    }
)  # fmt: skip
"""Every finding."""
