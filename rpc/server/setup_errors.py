"""Errors of how the server is set up; no client sees them."""


class ServeError(Exception):
    """The server could not be set up."""


class DuplicateMethod(ServeError):
    """Two handlers have the same wire name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"method {name!r} is declared twice")
        self.name = name


class ForeignName(ServeError):
    """A method's first wire name does not begin with its namespace."""

    def __init__(self, namespace: str, name: str) -> None:
        super().__init__(f"method {name!r} is not of the namespace {namespace!r}")
        self.name = name


class BadHandler(ServeError):
    """A handler has a parameter of a type that has no JSON form."""

    def __init__(self, handler: str, parameter: str, annotation: object) -> None:
        super().__init__(f"{handler}: cannot decode parameter {parameter!r} of type {annotation!r}")
        self.handler = handler
        self.parameter = parameter


class UnknownNamespace(ServeError):
    """The options leave out a namespace that was not offered."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no namespace is called {name!r}")
        self.name = name


class CannotListen(ServeError):
    """An address cannot be bound: in use, unknown, or of another machine."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on {host}:{port}: {reason}")
        self.host = host
        self.port = port
