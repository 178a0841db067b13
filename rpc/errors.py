"""Errors that clients are sent, by name: code, message and optional `data`.

Methods raise these; the dispatcher turns them into the `error` member of a reply.  Codes and texts
are those of the real node: clients compare them, some by substring.
"""

from collections.abc import Mapping
from typing import ClassVar

ErrorData = str | int | bool | list[object] | Mapping[str, object] | None


class RpcError(Exception):
    """An error for the client.  `data` is left out of the reply when it is None."""

    code: int = -32603
    text: ClassVar[str] = "Internal error"

    def __init__(self, message: str | None = None, data: ErrorData = None) -> None:
        self.message = self.text if message is None else message
        self.data = data
        super().__init__(self.message)

    def to_json(self) -> dict[str, object]:
        """The `error` member of a reply."""
        if self.data is None:
            return {"code": self.code, "message": self.message}
        return {"code": self.code, "message": self.message, "data": self.data}


class _WithData(RpcError):
    """An error with a fixed message and varying `data`."""

    def __init__(self, data: ErrorData = None) -> None:
        super().__init__(data=data)


class _Limit(RpcError):
    """An error for a limit that was exceeded."""

    def __init__(self, limit: int) -> None:
        super().__init__(data=f"Exceeded max limit of {limit}")
        self.limit = limit


# The envelope


class ParseError(RpcError):
    """Not JSON, or not a request at all."""

    code = -32700
    text = "Parse error"


class InvalidRequest(RpcError):
    """JSON, but no valid request; also an empty batch."""

    code = -32600
    text = "Invalid request"


class MethodNotFound(RpcError):
    """No method has that name."""

    code = -32601
    text = "Method not found"


class UnsafeCall(RpcError):
    """The method is unsafe and this listener serves only safe ones."""

    code = -32601
    text = "RPC call is unsafe to be called externally"


class InvalidParams(_WithData):
    """Wrong count or type of parameters; `data` says which."""

    code = -32602
    text = "Invalid params"


class InternalError(RpcError):
    """A bug of the node, or a subscription over HTTP."""

    code = -32603
    text = "Internal error"


class BatchesNotSupported(RpcError):
    """The server takes single requests only."""

    code = -32005
    text = "Batched requests are not supported by this server"


class TooManySubscriptions(_Limit):
    """The connection holds as many subscriptions as it may."""

    code = -32006
    text = "Too many subscriptions on the connection"


class RequestTooBig(_Limit):
    """The request is longer than `limit` bytes."""

    code = -32007
    text = "Request is too big"


class ResponseTooBig(_Limit):
    """The reply would be longer than `limit` bytes."""

    code = -32008
    text = "Response is too big"


class ServerBusy(RpcError):
    """The node cannot take the request now."""

    code = -32009
    text = "Server is busy, try again later"


class BatchTooBig(_Limit):
    """The batch holds more than `limit` requests."""

    code = -32010
    text = "The batch request was too large"


class BatchResponseTooBig(_Limit):
    """The replies of a batch would be longer than `limit` bytes together."""

    code = -32011
    text = "The batch response was too large"


# author_*: errors of the pool


class BadExtrinsicFormat(RpcError):
    """The bytes do not decode as an extrinsic; `reason` is the codec's."""

    code = 1001

    def __init__(self, reason: str) -> None:
        super().__init__(f"Extrinsic has invalid format: {reason}")


class VerificationFailed(RpcError):
    """The runtime could not validate the extrinsic."""

    code = 1002

    def __init__(self, reason: str, debug: str | None = None) -> None:
        super().__init__(f"Verification Error: {reason}", debug or reason)


class PoolRefusal(RpcError):
    """Why the pool does not take an extrinsic (1010 to 1021, `consensus/pool/errors.py`)."""

    def __init__(self, code: int, message: str, data: str | None = None) -> None:
        super().__init__(message, data)
        self.code = code


class AuthorError(RpcError):
    """Any other error of author_*."""

    code = 1040

    def __init__(self, message: str) -> None:
        super().__init__(message)


# system_*


class RuntimeFailed(RpcError):
    """A runtime API failed, for system_*, payment_*, training_* and subtensor's namespaces."""

    code = 1

    def __init__(self, message: str, debug: str | None = None) -> None:
        super().__init__(message, debug)


class DecodeFailed(RpcError):
    """The extrinsic given to system_dryRun or payment_* does not decode."""

    code = 2

    def __init__(self, message: str, debug: str | None = None) -> None:
        super().__init__(message, debug)


class MalformedPeer(RpcError):
    """A peer argument of system_* cannot be read."""

    code = 2002

    def __init__(self, message: str) -> None:
        super().__init__(message)


# chain_*, state_*


class ChainError(RpcError):
    """An error of chain_*."""

    code = 3001

    def __init__(self, message: str) -> None:
        super().__init__(message)


class BadBlockRange(RpcError):
    """The range of state_queryStorage has no blocks."""

    code = 4001

    def __init__(self, first: str, last: str, details: str) -> None:
        super().__init__(f"Cannot resolve a block range ['{first}' ... '{last}]. {details}")


class CountTooBig(RpcError):
    """More keys are asked for than one page may hold."""

    code = 4002

    def __init__(self, value: int, limit: int) -> None:
        super().__init__(f"count exceeds maximum value. value: {value}, max: {limit}")


class StateClientError(RpcError):
    """A state_* query failed; `reason` is the text after the prefix."""

    code = 4003

    def __init__(self, reason: str) -> None:
        super().__init__(f"Client error: {reason}")


# offchain_*, dev_*


class StorageKindUnavailable(RpcError):
    """That kind of off-chain storage does not exist."""

    code = 5001
    text = "This storage kind is not available yet"


class DevRefused(RpcError):
    """A dev_ method could not do what it was asked for; the message says why."""

    code = 6000

    def __init__(self, message: str, data: ErrorData = None) -> None:
        super().__init__(message, data)


# engine_*


class BlockImportFailed(RpcError):
    """A block made on request could not be imported."""

    code = 11_000

    def __init__(self, reason: str) -> None:
        super().__init__(f"Block import failed: {reason}")


class EmptyPool(RpcError):
    """The pool is empty, and an empty block was not allowed."""

    code = 12_000
    text = "Transaction pool is empty, set create_empty to true, if you want to create empty blocks"


class BlockNotFound(RpcError):
    """The parent given to engine_createBlock is unknown."""

    code = 13_000

    def __init__(self, block: str) -> None:
        super().__init__(f"Supplied parent_hash: {block} doesn't exist in chain")


class FinalizationFailed(RpcError):
    """engine_finalizeBlock could not make a block final."""

    code = 16_000

    def __init__(self, reason: str) -> None:
        super().__init__(f"Finalization Error: {reason}")


class SealingFailed(RpcError):
    """Any other error of engine_*."""

    code = 20_000

    def __init__(self, message: str) -> None:
        super().__init__(message)


# chainHead_v1_*, transaction_v1_*, archive_v1_*


class InvalidParameter(RpcError):
    """A parameter of chainHead_v1_* or archive_v1_* is not hex; the latter use code 3001."""

    code = -32602

    def __init__(self, given: str, code: int = -32602) -> None:
        super().__init__(f"Invalid parameter: {given}")
        self.code = code


class InvalidOperation(RpcError):
    """transaction_v1_stop was given an id that is not, or no longer, known."""

    code = -32602

    def __init__(self) -> None:
        super().__init__("Invalid operation id")


class TooManyFollows(RpcError):
    """The connection has as many follow subscriptions as it may."""

    code = -32800
    text = "Maximum number of chainHead_follow has been reached"


class BlockNotPinned(RpcError):
    """The block is not pinned by that follow subscription."""

    code = -32801
    text = "Invalid block hash"


class InvalidRuntimeCall(RpcError):
    """A runtime call on a follow subscription without runtime."""

    code = -32802
    text = "The `chainHead_follow` subscription was started with `withRuntime` set to `false`"


class NothingToContinue(RpcError):
    """chainHead_v1_continue without a `waitingForContinue` event."""

    code = -32803
    text = "Wait for continue event was not generated for the subscription"


class DuplicateHashes(RpcError):
    """chainHead_v1_unpin was given a hash twice."""

    code = -32804
    text = "Received duplicate hashes for the `chainHead_unpin` method"
