"""Recordings, and the archives their sound is fetched from by a signed address."""

import hmac
from hashlib import sha256
from typing import Final

from harness.simulator.server.answers import Answer, answer
from harness.simulator.server.operations import Access, Operation
from harness.simulator.server.routes.plain import listing, showing
from harness.simulator.server.visit import Visit
from harness.voipbin.api_errors import Reason, api_error
from harness.voipbin.resources import Kind

SIGNED_FOR_S: Final = 3600
"""How long an archive's address works."""
_FILES: Final = "/files/recordings"


async def redirect(visit: Visit) -> Answer:
    """Send the client to the archive, whose address needs no credential."""
    recording = visit.mine(Kind.RECORDING)
    expires = str(int(visit.service.options.now()) + SIGNED_FOR_S)
    signature = _signature(visit, recording["id"], expires)
    path = f"{_FILES}/{recording['id']}?expires={expires}&signature={signature}"
    url = f"{visit.request.url.scheme}://{visit.request.url.netloc}{path}"
    return answer(url, status=307, headers={"Location": url})


async def archive(visit: Visit) -> Answer:
    """Deliver an archive with one file per direction to whoever has its address."""
    expires = visit.query.get("expires", "")
    signed = hmac.compare_digest(
        _signature(visit, visit.id, expires).encode(), visit.query.get("signature", "").encode()
    )
    if not signed or int(expires) <= visit.service.options.now():
        raise api_error(Reason.PERMISSION_DENIED, "the address of this archive is not signed or no longer good")
    recording = visit.world.require(Kind.RECORDING, visit.id)
    return Answer(
        body=visit.platform.recordings.archive(recording["id"]),
        media_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{recording["id"]}.zip"'},
    )


async def delete(visit: Visit) -> Answer:
    """Delete a recording; one that runs ends first."""
    return visit.show(visit.platform.recordings.delete(visit.mine(Kind.RECORDING)))


def _signature(visit: Visit, id: str, expires: str) -> str:
    key = visit.service.doorkeeper.secret("archives")
    return hmac.new(key, f"{id}/{expires}".encode(), sha256).hexdigest()


OPERATIONS: Final = (
    Operation(method="GET", path="/recordings", handler=listing(Kind.RECORDING)),
    Operation(method="GET", path="/recordings/{id}", handler=showing(Kind.RECORDING)),
    Operation(method="DELETE", path="/recordings/{id}", handler=delete),
    Operation(method="GET", path="/recordingfiles/{id}", handler=redirect),
    Operation(method="GET", path="/recordings/{id}", root="/files", handler=archive, access=Access.ANYONE),
)
