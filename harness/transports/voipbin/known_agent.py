"""An agent that exists already: read, compared with the arm, and never changed."""

from harness.errors import ApiError, ConfigurationError
from harness.model.call import CallRequest
from harness.model.prompt import Prompt
from harness.model.suite import Arm
from harness.transports.voipbin.addresses import path_of
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.lodged import Expected, Lodged
from harness.transports.voipbin.served_prompt import is_same_prompt
from harness.transports.voipbin.signing_in import Booted
from harness.voipbin.engine_models import parse_engine_model
from harness.voipbin.hashes import prefixed
from harness.voipbin.resources import Record


class KnownAgent:
    """The AI a session phones as it is, by its id or by nothing but its direct hash."""

    def __init__(self, client: VoipbinClient, *, ai_id: str) -> None:
        """Take its id; empty where only the credentials' direct hash is known."""
        self._client = client
        self._ai_id = ai_id
        self._booted: Booted | None = None
        self._refused = ""
        self._seen: set[str] = set()

    async def require(self, request: CallRequest) -> Lodged:
        """Return it for a call of this arm.

        Raises:
            ConfigurationError: it cannot be phoned, or is not what the arm says.
            ApiError: there is no such AI.
        """
        if self._ai_id and self._client.site.credentials.has_account:
            return await self._by_id(request)
        if self._ai_id:
            raise ConfigurationError(
                f"the AI {self._ai_id} is to be tested by its id, which needs an account: set VOIPBIN_ACCESS_KEY, or "
                "leave the id out and set VOIPBIN_DIRECT_HASH alone"
            )
        return await self._by_hash(request)

    async def _by_id(self, request: CallRequest) -> Lodged:
        ai: Record = await self._client.get(path_of("ais", self._ai_id))
        if not ai.get("direct_hash"):
            raise ConfigurationError(
                f"the AI {self._ai_id} has no direct hash, so that nobody can phone it. Give it one with: "
                f"harness direct-hash regenerate {self._ai_id}"
            )
        difference = _difference(ai, request.arm)
        if difference:
            raise ConfigurationError(
                f"the AI {self._ai_id} is not what is to be tested: {difference}. Leave the id out to test the prompt "
                f"with an AI of its own, or fetch the AI's prompt with: harness prompts pull {self._ai_id}"
            )
        prompt = str(ai.get("init_prompt") or "")
        expected = Expected(
            ai_id=self._ai_id,
            prompt=prompt,
            engine_model=str(ai.get("engine_model") or ""),
            prompt_history_id=str(ai.get("current_prompt_history_id") or ""),
        )
        return Lodged(
            ai_id=self._ai_id,
            direct_hash=prefixed(str(ai["direct_hash"])),
            is_temporary=False,
            prompt_digest=_digest(prompt),
            variables=dict(request.case.platform.variables),
            expected=(expected,),
            seen_calls=self._seen,
            notes=tuple(_settings_kept(ai, request)),
        )

    async def _by_hash(self, request: CallRequest) -> Lodged:
        arm, id = request.arm, await self._opened_id()
        if not id:
            note = f"the direct hash opens no records of its calls ({self._refused}): which prompt runs is not known"
        else:
            note = "nothing but a direct hash is known: which prompt runs is known as far as its sessions tell"
        expected = Expected(ai_id=id, prompt=arm.prompt.text, engine_model=arm.engine_model)
        return Lodged(
            ai_id=id,
            direct_hash=prefixed(self._client.site.credentials.direct_hash),
            is_temporary=False,
            prompt_digest="",
            expected=(expected,) if id else (),
            is_provable=False,
            seen_calls=self._seen,
            notes=(note,),
        )

    async def _opened_id(self) -> str:
        """Return the AI the hash opens, asked once; empty where it is another thing's."""
        if self._booted is None and not self._refused:
            try:
                self._booted = await self._client.boot()
            except ApiError as error:
                if error.http_status not in (400, 401, 403, 404):
                    raise
                self._refused = error.answer
        return self._booted.resource_id if self._booted and self._booted.resource_type == "ai" else ""


def _difference(ai: Record, arm: Arm) -> str:
    if not is_same_prompt(str(ai.get("init_prompt") or ""), written=arm.prompt.text):
        return f"its init_prompt is not {arm.prompt.label}"
    has, wants = (parse_engine_model(text) for text in (str(ai.get("engine_model") or ""), arm.engine_model))
    return "" if has == wants else f"its engine_model is {has}, the arm's is {wants}"


def _settings_kept(ai: Record, request: CallRequest) -> list[str]:
    """Return which of the case's wishes the AI's own settings overrule."""
    setup = request.case.platform
    wishes = (
        ("tools", sorted(setup.tools), sorted(ai.get("tool_names") or [])),
        ("stt_type", setup.stt_type, str(ai.get("stt_type") or "")),
        ("stt_language", request.arm.stt_language, str(ai.get("stt_language") or "")),
    )
    return [f"the AI's own {name} hold ({has or 'none'})" for name, wanted, has in wishes if wanted and wanted != has]


def _digest(prompt: str) -> str:
    return Prompt(name="", version="", text=prompt, source="").digest
