"""Fetching a recording by its signed address."""

import io
import zipfile

import pytest

from tests.simulator.server.conftest import Client
from tests.simulator.server.stage import furnish


@pytest.fixture
def address(client: Client) -> str:
    """Return where the archive of a finished recording is."""
    response = client.ask("GET", f"/v1.0/recordingfiles/{furnish(client.platform)['recording']}")
    assert response.status_code == 307
    assert response.json() == response.headers["location"]
    return response.headers["location"].removeprefix("http://simulator")


def test_the_archive_holds_a_file_of_each_direction(client: Client, address: str) -> None:
    response = client.ask("GET", address, params={})
    assert response.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert [name.rpartition("_")[2] for name in names] == ["in.wav", "out.wav"]


def test_its_address_works_for_an_hour(client: Client, address: str) -> None:
    client.wall.seconds += 3600
    assert client.refused("GET", address, params={}) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    "change", [("expires=", "expires=9"), ("signature=", "signature=0")], ids=["time", "signature"]
)
def test_its_address_cannot_be_changed(client: Client, address: str, change: tuple[str, str]) -> None:
    assert client.refused("GET", address.replace(*change), params={}) == (403, "PERMISSION_DENIED")
