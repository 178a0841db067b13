"""Preimage: keeps bytes under their hash for as long as somebody pays or asks for them.

note (paid by a deposit)  -> Unrequested -> unnote -> gone
request (by the chain)    -> Requested, counted -> unrequest -> Unrequested or gone
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Final

from pysubtensor.frame.call import Call, call
from pysubtensor.frame.codec.errors import CodecError
from pysubtensor.frame.codec.resolve import Bounded, Named, Wire
from pysubtensor.frame.codec.struct import Variant, rust_enum
from pysubtensor.frame.error import (
    BuiltinFailure,
    Corruption,
    DispatchFailure,
    Error,
    Exhausted,
    Unavailable,
    ensure,
)
from pysubtensor.frame.event import Event
from pysubtensor.frame.hashers import identity
from pysubtensor.frame.hashing import blake2_256
from pysubtensor.frame.interfaces.currency import Currency, Holding, Precision
from pysubtensor.frame.interfaces.preimages import (
    INLINE_LIMIT,
    BoundedCall,
    Inline,
    Lookup,
    lookup_hash,
)
from pysubtensor.frame.origin import Origin, ensure_root, ensure_signed, ensure_signed_or_root
from pysubtensor.frame.pallet import Pallet
from pysubtensor.frame.primitives import U32, U32_MAX, U64, U64_MAX, AccountId, Hash, Tao
from pysubtensor.frame.storage import Map
from pysubtensor.frame.weights import Pays, PostInfo, Weight, weight

MAX_SIZE: Final = 4 * 1024 * 1024
MAX_UPDATED: Final = 1_024
"""Most hashes in one `ensure_updated`."""
BASE_DEPOSIT: Final = Tao(U64(104_000_000))
BYTE_DEPOSIT: Final = Tao(U64(1_000_000))
FREE: Final = PostInfo(pays_fee=Pays.NO)
PAID: Final = PostInfo()


def deposit_for(length: int) -> Tao:
    """Rao held for keeping `length` bytes."""
    return Tao(U64(min(BASE_DEPOSIT + BYTE_DEPOSIT * length, U64_MAX)))


@dataclass(frozen=True)
class Config:
    """What the runtime must supply."""

    currency: Currency
    holding: Holding


@rust_enum("pallet_preimage::pallet::HoldReason")
class HoldReason(Enum):
    """What this pallet holds money for."""

    PREIMAGE = 0
    """Bytes that are kept."""


Ticket = Annotated[Tao, Wire("frame_support::traits::tokens::fungible::HoldConsideration")]
"""Rao held for one preimage."""
Owned = tuple[AccountId, Ticket]
OldOwned = tuple[AccountId, Tao]


class OldRequestStatus(
    Variant,
    path="pallet_preimage::OldRequestStatus",
    params={"AccountId": AccountId, "Balance": Tao},
):
    """A status from before deposits were holds."""


class OldUnrequested(OldRequestStatus, index=0, rust_name="Unrequested"):
    """Kept for the one who reserved the deposit."""

    deposit: Annotated[OldOwned, Named("(AccountId, Balance)")]
    len: U32


class OldRequested(OldRequestStatus, index=1, rust_name="Requested"):
    """Asked for `count` times."""

    deposit: Annotated[OldOwned | None, Named("Option<(AccountId, Balance)>")]
    count: U32
    len: Annotated[U32 | None, Named("Option<u32>")]


class RequestStatus(
    Variant,
    path="pallet_preimage::RequestStatus",
    params={"AccountId": AccountId, "Ticket": Ticket},
):
    """Who wants bytes to be kept."""


class Unrequested(RequestStatus, index=0):
    """The one who pays for them."""

    ticket: Annotated[Owned, Named("(AccountId, Ticket)")]
    len: U32


class RequestedStatus(RequestStatus, index=1, rust_name="Requested"):
    """The chain, `count` times, and perhaps someone who pays; length None: not here yet."""

    maybe_ticket: Annotated[Owned | None, Named("Option<(AccountId, Ticket)>")]
    count: U32
    maybe_len: Annotated[U32 | None, Named("Option<u32>")]


class Noted(Event, index=0):
    """Bytes are kept."""

    hash: Hash


class Requested(Event, index=1):
    """Bytes are asked for."""

    hash: Hash


class Cleared(Event, index=2):
    """Bytes are gone."""

    hash: Hash


class TooBig(Error, index=0):
    """The bytes are too many."""


class AlreadyNoted(Error, index=1):
    """The bytes are kept already."""


class NotAuthorized(Error, index=2):
    """They belong to someone else."""


class NotNoted(Error, index=3):
    """No such bytes are kept."""


class StillRequested(Error, index=4, rust_name="Requested"):
    """The bytes may not go while the chain asks for them."""


class NotRequested(Error, index=5):
    """Nobody asks for such bytes."""


class TooMany(Error, index=6):
    """More hashes than may be updated at once."""


class TooFew(Error, index=7):
    """No hash to update."""


def _note_weight(_: Preimage, data: bytes) -> Weight:
    return weight(50_499_000 + 13_491 * len(data), 28_584, reads=5, writes=3)


def _update_weight(_: Preimage, hashes: tuple[Hash, ...]) -> Weight:
    n = len(hashes)
    proof = 28_584 + 2_902 * n
    return weight(56_817_000 + 59_397_441 * n, proof, reads=2 + 3 * n, writes=4 * n)


class Preimage(Pallet[Config], crate="pallet_preimage"):
    """Keeps bytes.  Implements `frame.preimages.Preimages`."""

    storage_version = 1

    status_for = Map[Hash, OldRequestStatus | None](identity)
    """Statuses from before deposits were holds; empty on new chains."""
    request_status_for = Map[Hash, RequestStatus | None](identity)
    """Who wants the bytes of a hash."""
    preimage_for = Map[tuple[Hash, U32], Annotated[bytes, Bounded(MAX_SIZE)] | None](identity)
    """The bytes, by their hash and length."""

    @call(0, weight=_note_weight)
    def note_preimage(self, origin: Origin, bytes: bytes) -> PostInfo:
        """Keep bytes under their hash, for a deposit.

        It is free, and without a deposit, for root and for bytes that the chain has asked for.

        Origin: signed by whoever pays the deposit, or root.
        - `bytes`: the bytes, at most 4 MiB.

        Errors: TooBig, AlreadyNoted, Token.FundsUnavailable.
        """
        who = ensure_signed_or_root(origin)
        requested, _ = self._note(bytes, who)
        return FREE if requested or who is None else PAID

    @call(1, weight=weight(50_830_000, 3_892, reads=3, writes=3))
    def unnote_preimage(self, origin: Origin, hash: Hash) -> None:
        """Stop paying for bytes; their deposit comes back.

        Origin: signed by whoever paid the deposit, or root.
        - `hash`: blake2b-256 of the bytes.

        Errors: NotNoted, NotAuthorized.
        """
        self._unnote(hash, ensure_signed_or_root(origin))

    @call(2, weight=weight(19_292_000, 3_556, reads=2, writes=1))
    def request_preimage(self, origin: Origin, hash: Hash) -> None:
        """Ask for bytes: once they are there, they stay, and whoever brings them pays nothing.

        Origin: root.
        - `hash`: blake2b-256 of the bytes.

        Errors: none of its own.
        """
        ensure_root(origin)
        self.request(hash)

    @call(3, weight=weight(20_209_000, 3_556, reads=2, writes=2))
    def unrequest_preimage(self, origin: Origin, hash: Hash) -> None:
        """Take back one request for bytes; they go if nobody else asks or pays for them.

        Origin: root.
        - `hash`: blake2b-256 of the bytes.

        Errors: NotRequested.
        """
        ensure_root(origin)
        self._unrequest(hash)

    @call(4, weight=_update_weight)
    def ensure_updated(
        self, origin: Origin, hashes: Annotated[tuple[Hash, ...], Named("Vec<T::Hash>")]
    ) -> PostInfo:
        """Bring records of former chains to the present form.

        It is free of charge when at least nine in ten of them needed it.

        Origin: signed by anyone.
        - `hashes`: hashes of the bytes, 1 to 1,024.

        Errors: TooFew, TooMany.
        """
        ensure_signed(origin)
        ensure(hashes, TooFew)
        ensure(len(hashes) <= MAX_UPDATED, TooMany)
        updated = [self._update(each) for each in hashes].count(True)
        return FREE if updated * 10 >= len(hashes) * 9 else PAID

    # -- for other pallets: bounded calls -----------------------------------------------------

    def bound(self, call: Call) -> BoundedCall:
        """A call in bounded form; a long one is noted and requested once.  Errors: Exhausted."""
        data = self.env.encode_call(call)
        if len(data) <= INLINE_LIMIT:
            return Inline(data)
        return Lookup(self.note(data), U32(len(data)))

    def peek(self, bounded: BoundedCall) -> tuple[Call, U32 | None]:
        """The call, and how many bytes were fetched for it.  Errors: Unavailable; Corruption."""
        fetched: U32 | None = None
        if isinstance(bounded, Inline):
            data = bounded.data
        else:
            data = self._fetch(bounded)
            fetched = U32(len(data))
        try:
            found: Call = self.env.codecs(Call).decode(data, 0)[0]  # bytes behind it are ignored
        except CodecError:
            raise BuiltinFailure(Corruption()) from None
        return found, fetched

    def realize(self, bounded: BoundedCall) -> tuple[Call, U32 | None]:
        """`peek`, and no longer ask for it.  Errors: Unavailable; Corruption."""
        found = self.peek(bounded)
        self.drop(bounded)
        return found

    def drop(self, bounded: BoundedCall) -> None:
        """No longer ask for a call."""
        hash = lookup_hash(bounded)
        if hash is not None:
            self.unrequest(hash)

    def have(self, bounded: BoundedCall) -> bool:
        """Whether the bytes of a call are here."""
        hash = lookup_hash(bounded)
        return hash is None or self._length(hash) is not None

    def _fetch(self, bounded: BoundedCall) -> bytes:
        hash = lookup_hash(bounded)
        length = bounded.len if isinstance(bounded, Lookup) else None
        if hash is not None and length is None:
            length = self._length(hash)
        data = None if hash is None or length is None else self.preimage_for[hash, length]
        if data is None:
            raise BuiltinFailure(Unavailable())
        return data

    def _length(self, hash: Hash) -> U32 | None:
        self._update(hash)
        status = self.request_status_for[hash]
        if isinstance(status, RequestedStatus):
            return status.maybe_len
        return status.len if isinstance(status, Unrequested) else None

    # -- for other pallets: bytes -------------------------------------------------------------

    def note(self, data: bytes) -> Hash:
        """Keep bytes, and ask for them once.  Errors: Exhausted when they are too many."""
        try:
            return self._note(data, None)[1]
        except TooBig:
            raise BuiltinFailure(Exhausted()) from None

    def unnote(self, hash: Hash) -> None:
        """Take back `note`, whoever paid for the bytes."""
        try:
            self._unnote(hash, None)
        except (NotNoted, NotRequested):
            return

    def request(self, hash: Hash) -> None:
        """Ask for bytes: once here, they stay."""
        self._update(hash)
        status = self.request_status_for[hash]
        asked = RequestedStatus(None, U32(1), None)
        if isinstance(status, RequestedStatus):
            count = U32(min(status.count + 1, U32_MAX))
            asked = RequestedStatus(status.maybe_ticket, count, status.maybe_len)
        elif isinstance(status, Unrequested):
            asked = RequestedStatus(status.ticket, U32(1), status.len)
        self.request_status_for[hash] = asked
        if asked.count == 1:
            self.emit(Requested(hash))

    def unrequest(self, hash: Hash) -> None:
        """No longer ask for bytes; those that nobody else asks or pays for go."""
        try:
            self._unrequest(hash)
        except NotRequested:
            return

    # -- inside -------------------------------------------------------------------------------

    def _note(self, data: bytes, who: AccountId | None) -> tuple[bool, Hash]:
        """Keep bytes; gives whether the chain asks for them, and their hash."""
        hash, length = Hash(blake2_256(data)), U32(len(data))
        ensure(length <= MAX_SIZE, TooBig)
        self._update(hash)
        status = self.request_status_for[hash]
        after: RequestStatus
        if isinstance(status, RequestedStatus):
            after = RequestedStatus(status.maybe_ticket, status.count, length)
        elif who is None:
            ticket = status.ticket if isinstance(status, Unrequested) else None
            after = RequestedStatus(ticket, U32(1), length)
        else:
            ensure(status is None, AlreadyNoted)
            after = Unrequested((who, self._take_deposit(who, length)), length)
        self.request_status_for[hash] = after
        self.preimage_for[hash, length] = data
        self.emit(Noted(hash))
        return isinstance(after, RequestedStatus), hash

    def _unnote(self, hash: Hash, who: AccountId | None) -> None:
        """Errors: NotNoted; NotAuthorized when they are not those of `who`; NotRequested."""
        self._update(hash)
        status = self.request_status_for[hash]
        if isinstance(status, RequestedStatus):
            self._unnote_requested(hash, status, who)
            return
        if not isinstance(status, Unrequested):
            raise NotNoted
        self._return_deposit(status.ticket, who)
        del self.request_status_for[hash]
        del self.preimage_for[hash, status.len]
        self.emit(Cleared(hash))

    def _unnote_requested(self, hash: Hash, status: RequestedStatus, who: AccountId | None) -> None:
        if status.maybe_ticket is None:
            ensure(who is None, NotAuthorized)
            self._unrequest(hash)
            return
        self._return_deposit(status.maybe_ticket, who)
        self.request_status_for[hash] = RequestedStatus(None, status.count, status.maybe_len)

    def _unrequest(self, hash: Hash) -> None:
        """Errors: NotRequested."""
        self._update(hash)
        status = self.request_status_for[hash]
        if not isinstance(status, RequestedStatus):
            raise NotRequested
        ticket, length = status.maybe_ticket, status.maybe_len
        if status.count > 1:
            count = U32(status.count - 1)
            self.request_status_for[hash] = RequestedStatus(ticket, count, length)
        elif length is None:
            del self.request_status_for[hash]
        elif ticket is None:
            del self.preimage_for[hash, length]
            del self.request_status_for[hash]
            self.emit(Cleared(hash))
        else:
            self.request_status_for[hash] = Unrequested(ticket, length)

    def _take_deposit(self, who: AccountId, length: int) -> Tao:
        """Errors: FundsUnavailable."""
        amount = deposit_for(length)
        self.config.holding.hold(HoldReason.PREIMAGE, who, amount)
        return amount

    def _return_deposit(self, ticket: Owned, who: AccountId | None) -> None:
        """Errors: NotAuthorized when `who` is not the one who paid."""
        owner, amount = ticket
        ensure(who is None or who == owner, NotAuthorized)
        try:
            with self.env.state.transaction():
                holding = self.config.holding
                holding.release(HoldReason.PREIMAGE, owner, amount, Precision.BEST_EFFORT)
        except DispatchFailure:
            return  # whatever cannot be released stays held; the bytes go all the same

    def _update(self, hash: Hash) -> bool:
        """Turn an old status into a new one; returns whether there was one."""
        old = self.status_for.take(hash)
        if isinstance(old, OldUnrequested):
            ticket = self._renewed(old.deposit, old.len)
            if ticket is not None:
                self.request_status_for[hash] = Unrequested(ticket, old.len)
        elif isinstance(old, OldRequested):
            self._update_requested(hash, old)
        return old is not None

    def _update_requested(self, hash: Hash, old: OldRequested) -> None:
        ticket: Owned | None = None
        if old.deposit is not None and old.len is None:
            self.config.currency.unreserve(*old.deposit)
        elif old.deposit is not None and old.len is not None:
            ticket = self._renewed(old.deposit, old.len)
            if ticket is None:
                return
        self.request_status_for[hash] = RequestedStatus(ticket, old.count, old.len)

    def _renewed(self, deposit: OldOwned, length: int) -> Owned | None:
        """A hold in place of a reserve; None when it cannot be, and the status is lost."""
        who, amount = deposit
        self.config.currency.unreserve(who, amount)
        try:
            with self.env.state.transaction():
                return who, self._take_deposit(who, length)
        except DispatchFailure:
            return None
