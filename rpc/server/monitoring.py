"""Pages for monitoring the node: /health, /health/readiness, /metrics."""

import orjson
from fastapi import FastAPI, Response, status
from prometheus_client import CONTENT_TYPE_LATEST

from pysubtensor.rpc.server.connections import Connection
from pysubtensor.rpc.server.dispatch import Dispatcher
from pysubtensor.rpc.server.metrics import Metrics

_ASK = b'{"jsonrpc":"2.0","id":0,"method":"system_health","params":[]}'
_JSON = "application/json; charset=utf-8"
_NO_NAMESPACE = {"peers": 0, "isSyncing": False, "shouldHavePeers": False}


def pages(dispatcher: Dispatcher, metrics: Metrics) -> FastAPI:
    """The application that serves the pages.  Health is the result of `system_health`."""
    app = FastAPI(title="pysubtensor", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    async def health() -> Response:
        """Health of the node; status 503 when it is unknown."""
        found = await _health(dispatcher)
        if found is None:
            return Response(b"{}", status.HTTP_503_SERVICE_UNAVAILABLE, media_type=_JSON)
        return Response(orjson.dumps(found), media_type=_JSON)

    @app.get("/health/readiness")
    async def readiness() -> Response:
        """Status 200 when the node is not syncing and has peers, if it should; else 500."""
        found = await _health(dispatcher)
        ready = (
            found is not None
            and not found.get("isSyncing")
            and bool(found.get("peers") or not found.get("shouldHavePeers"))
        )
        code = status.HTTP_200_OK if ready else status.HTTP_500_INTERNAL_SERVER_ERROR
        return Response(status_code=code, media_type=_JSON)

    @app.get("/metrics")
    async def scrape() -> Response:
        """All metrics of the node, for Prometheus."""
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return app


async def _health(dispatcher: Dispatcher) -> dict[str, object] | None:
    """The result of system_health; a default where that namespace is not served."""
    if not dispatcher.serves("system_health"):
        return dict(_NO_NAMESPACE)
    reply = dispatcher.handle(_ASK, Connection())
    body = reply if isinstance(reply, bytes) or reply is None else (await reply).body
    found = orjson.loads(body or b"{}").get("result")
    return found if isinstance(found, dict) else None
