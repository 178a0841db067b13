"""A pool over accounts that are letters and transactions that are text."""

from pysubtensor.consensus.pool import (
    PoolLimits,
    TransactionPool,
)
from pysubtensor.frame.codec.errors import EndOfInput
from pysubtensor.frame.primitives import U64, U64_MAX, Hash
from pysubtensor.frame.validity import (
    CannotLookupUnknown,
    InvalidTransaction,
    PaymentInvalid,
    StaleInvalid,
    UnknownTransaction,
    ValidTransaction,
)

BLOCK = [Hash(bytes([number]) * 32) for number in range(200)]


class PoolChain:
    """Accounts `A` to `Z` with nonces; a transaction is text such as `A0` or `A0 p5 l10`."""

    def __init__(self, **limits):
        self.nonce = {}
        self.broke = set()
        self.asked = 0
        self.time = 100.0
        self.pool = TransactionPool(self.validate, PoolLimits(**limits), lambda: self.time)

    def validate(self, xt):
        self.asked += 1
        if xt == b"?":
            raise EndOfInput
        name, *options = xt.decode().split()
        given = {option[0]: int(option[1:]) for option in options}
        who, nonce = name[0], int(name[1:])
        if who == "Q":
            raise UnknownTransaction(CannotLookupUnknown())
        if who in self.broke:
            raise InvalidTransaction(PaymentInvalid())
        now = self.nonce.get(who, 0)
        if nonce < now:
            raise InvalidTransaction(StaleInvalid())
        return ValidTransaction(
            priority=U64(given.get("p", 1)),
            requires=(tag(who, nonce - 1),) if nonce > now else (),
            provides=() if "t" in given else (tag(who, nonce),),
            longevity=U64(given.get("l", U64_MAX)),
            propagate="n" not in given,
        )

    def submit(self, *texts):
        for text in texts:
            self.pool.submit(text.encode())

    def watch(self, text):
        return self.pool.submit_and_watch(text.encode())

    def ready(self):
        return [tx.bytes.decode() for tx in self.pool.ready()]

    def future(self):
        return [tx.bytes.decode() for tx in self.pool.future()]

    def block(self, number, *texts, finalized=False):
        for text in texts:
            who, nonce = text[0], int(text.split()[0][1:])
            self.nonce[who] = nonce + 1
        self.pool.on_block(number, BLOCK[number], [t.encode() for t in texts], finalized)


def tag(who, nonce):
    return f"{who}{nonce}".encode()
