import asyncio
from collections.abc import Iterator

import pytest

from harness.errors import ConfigurationError
from harness.transports.voipbin.ais import find_ai, prompt_versions, set_prompt
from harness.transports.voipbin.client import VoipbinClient
from harness.transports.voipbin.site import Credentials, Site
from harness.voipbin.resources import Record
from tests.served_account import Account, served

BODY = {"name": "Desk", "engine_model": "openai.gpt-5-mini", "init_prompt": "Old."}


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with served() as account:
        yield account


def client_of(account: Account) -> VoipbinClient:
    return VoipbinClient(Site(api_url=account.url, credentials=Credentials(access_key=account.key)))


def test_a_change_is_not_sent_over_one_that_was_made_meanwhile(account: Account) -> None:
    made = account.platform.ais.create(BODY)

    async def change() -> None:
        async with client_of(account) as client:
            seen = await find_ai(client, made["id"])
            account.platform.ais.replace(made["id"], {**made, "tts_type": "google"})
            with pytest.raises(ConfigurationError, match="somebody changed tts_type"):
                await set_prompt(client, seen, "New.")

    asyncio.run(change())

    assert (made["init_prompt"], made["tts_type"]) == ("Old.", "google")


def test_every_version_is_read_the_newest_first(account: Account) -> None:
    made = account.platform.ais.create(BODY)
    for number in range(105):
        account.platform.ais.replace(made["id"], {**made, "init_prompt": f"Number {number}."})

    async def read() -> tuple[Record, list[str]]:
        async with client_of(account) as client:
            return await find_ai(client, made["id"]), [
                each.prompt for each in await prompt_versions(client, made["id"])
            ]

    ai, prompts = asyncio.run(read())

    assert len(prompts) == 106
    assert (prompts[0], prompts[-1], ai["init_prompt"]) == ("Number 104.", "Old.", "Number 104.")


def test_a_name_that_two_ais_have_is_not_guessed(account: Account) -> None:
    ids = {account.platform.ais.create({**BODY, "name": "Twin"})["id"] for _ in range(2)}

    async def find() -> None:
        async with client_of(account) as client:
            await find_ai(client, "Twin")

    with pytest.raises(ConfigurationError, match="2 AIs are named 'Twin'") as error:
        asyncio.run(find())
    assert all(id in str(error.value) for id in ids)
