"""Access to the server: the limit of connections, Host headers and cross-origin headers."""

from pysubtensor.rpc.server.options import Listener, ServerOptions

Headers = list[tuple[bytes, bytes]]

_VARY = (b"vary", b"origin, access-control-request-method, access-control-request-headers")
_ANY_ORIGIN: Headers = [
    _VARY,
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"*"),
]
_ANY_PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"*"),
    (b"access-control-allow-headers", b"*"),
]
_LISTED_PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"POST"),
    (b"access-control-allow-headers", b"content-type"),
]


class RequestLimit:
    """A limit of HTTP requests and WebSocket sessions at a time."""

    __slots__ = ("limit", "taken")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.taken = 0

    def acquire(self) -> bool:
        """Admit one more; False when the limit is reached."""
        if self.taken >= self.limit:
            return False
        self.taken += 1
        return True

    def release(self) -> None:
        """Count one less, when it has ended."""
        self.taken -= 1


class Cors:
    """Cross-origin (CORS) headers of HTTP replies.  Browsers enforce them, not the server."""

    def __init__(self, options: ServerOptions) -> None:
        self._allowed = (
            None if options.cors is None else {origin.encode() for origin in options.cors}
        )

    def headers(self, origin: bytes | None) -> Headers:
        """Headers of a reply to a request from `origin`."""
        if self._allowed is None:
            return _ANY_ORIGIN
        if origin is not None and origin in self._allowed:
            return [_VARY, (b"access-control-allow-origin", origin)]
        return [_VARY]

    def preflight(self, origin: bytes | None) -> Headers:
        """Headers of a reply to a preflight request, a browser's OPTIONS."""
        more = _ANY_PREFLIGHT if self._allowed is None else _LISTED_PREFLIGHT
        return self.headers(origin) + more


class Hosts:
    """The Host headers that are served, against DNS rebinding by web pages."""

    def __init__(self, options: ServerOptions, listener: Listener, port: int) -> None:
        allowed = options.hosts
        if allowed is None and options.cors is not None:
            own = f"[{listener.host}]" if ":" in listener.host else listener.host
            names = ("localhost", "127.0.0.1", "[::1]", own)
            allowed = tuple(f"{name}:{port}" for name in names)
        self._allowed = None if allowed is None else {name.lower() for name in allowed}

    def accepts(self, host: str | None) -> bool:
        """Whether a request for `host` ("name" or "name:port") is served."""
        if self._allowed is None:
            return True
        if not host:
            return False
        host = host.lower()
        name, colon, port = host.rpartition(":")
        if not colon or not port.isdigit():
            name = host
        return host in self._allowed or f"{name}:*" in self._allowed
