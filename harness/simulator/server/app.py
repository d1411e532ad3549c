"""The ASGI application: every operation at its path, and the platform's answer for any other."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from harness.simulator.platform import Platform
from harness.simulator.server.answers import refused
from harness.simulator.server.live import LiveParts
from harness.simulator.server.options import ServerOptions
from harness.simulator.server.routes import OPERATIONS
from harness.simulator.server.routing import Operations
from harness.simulator.server.scrubbing import WithoutCredentials
from harness.simulator.server.service import Service
from harness.voipbin.api_errors import Reason, api_error


def build_app(platform: Platform, *, options: ServerOptions | None = None) -> Starlette:
    """Return the application that serves a platform; `app.state.service` holds its ready credentials.

    Raises:
        StoreError: the state the options name cannot be brought back.
    """
    options = options or ServerOptions()
    if options.state is not None:
        options.state.restore(platform.world)
    service = Service(platform, options)

    async def no_such_route(request: Request, _error: Exception) -> Response:
        error = api_error(Reason.ROUTE_NOT_FOUND, f"there is no {request.method} {request.url.path}")
        made = refused(error, request_id=service.request_id(request))
        return Response(made.body, status_code=made.status, media_type=made.media_type, headers=dict(made.headers))

    live = LiveParts(service)
    operations = [each for each in OPERATIONS if service.world.mode in each.modes]
    app = Starlette(
        routes=[Operations(operations, service), *live.routes],
        middleware=[Middleware(WithoutCredentials)],
        lifespan=live.lifespan,
        exception_handlers={404: no_such_route},
    )
    app.router.redirect_slashes = False
    app.state.service = service
    return app
