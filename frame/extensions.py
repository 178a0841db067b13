"""Transaction extensions: the checks and payments around every transaction.

An extension has an explicit value that travels in the extrinsic (`extra`), an implicit one that is
only signed (`implicit`), and four moments: `validate` (pool and block), `prepare` (block, before
the call), `post_dispatch` (block, after it), and the `bare_*` twins for unsigned extrinsics.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.containers import Tuple
from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.error import DispatchFailure
from pysubtensor.frame.primitives import AccountId
from pysubtensor.frame.validity import InvalidTransaction, UnknownOriginInvalid, ValidTransaction
from pysubtensor.frame.weights import ZERO, DispatchInfo, PostInfo, Weight


@dataclass(slots=True)
class Transaction:
    """One transaction on its way through the extensions."""

    call: Call
    info: DispatchInfo
    length: int
    who: AccountId | None = None
    """The signer; None for general transactions, which no extension here authorizes."""
    in_block: bool = False
    notes: dict[str, Any] = field(default_factory=dict)
    """What `validate` found and `prepare` may use again, by extension identifier."""


@dataclass(slots=True)
class DispatchOutcome:
    """How the call went, for `post_dispatch`."""

    info: DispatchInfo
    post: PostInfo
    length: int
    failure: DispatchFailure | None


NOTHING = ValidTransaction()


class Extension:
    """Base: an extension that never objects."""

    identifier: ClassVar[str]
    extra: ClassVar[Any]
    """Annotation of the explicit value."""
    implicit_type: ClassVar[object] = None
    """Annotation of the implicit value; None: nothing."""
    wrapper: ClassVar[object] = None
    """Annotation of the type that stands for `extra` in the extrinsic's type, if another does."""

    def implicit(self, extra: Any) -> object:
        """The implicit value.  Errors: TransactionValidityError when it cannot be known."""
        return None

    def weight(self, call: Call) -> Weight:
        """What this extension adds to the weight of the call."""
        return ZERO

    def validate(self, tx: Transaction, extra: Any) -> ValidTransaction:
        """Judge without changing state.  Errors: TransactionValidityError."""
        return NOTHING

    def prepare(self, tx: Transaction, extra: Any) -> object:
        """Change state before the call; what it gives reaches `post_dispatch`."""
        return None

    def post_dispatch(self, prepared: Any, outcome: DispatchOutcome) -> Weight:
        """Settle after the call; gives the weight of this extension that was not used."""
        return ZERO

    def bare_validate(self, tx: Transaction) -> ValidTransaction:
        """Judge an unsigned extrinsic."""
        return NOTHING

    def bare_prepare(self, tx: Transaction) -> None:
        """Change state before an unsigned extrinsic."""
        self.bare_validate(tx)

    def bare_post_dispatch(self, outcome: DispatchOutcome) -> None:
        """Settle after an unsigned extrinsic."""


class Pipeline:
    """The extensions of a runtime in order; those with nothing to do at a moment are left out."""

    def __init__(self, extensions: Sequence[Extension]) -> None:
        self.extensions = tuple(extensions)
        self._weighing = self._acting("weight")
        self._validating = self._acting("validate")
        self._preparing = self._acting("prepare")
        self._settling = self._acting("post_dispatch")
        self._bare_validating = self._acting("bare_validate")
        self._bare_preparing = self._acting("bare_prepare", "bare_validate")
        self._bare_settling = self._acting("bare_post_dispatch")

    def _acting(self, *methods: str) -> list[tuple[int, Any]]:
        """Place and first-named method of the extensions that have any of these of their own."""
        return [
            (place, getattr(each, methods[0]))
            for place, each in enumerate(self.extensions)
            if any(getattr(type(each), name) is not getattr(Extension, name) for name in methods)
        ]

    def weight(self, call: Call) -> Weight:
        """Sum of the extensions' weights."""
        total = ZERO
        for _, weigh in self._weighing:
            total = total + weigh(call)
        return total

    def validate(self, tx: Transaction, extra: Sequence[object]) -> ValidTransaction:
        """All verdicts combined.  Errors: the first objection."""
        validity = NOTHING
        for place, judge in self._validating:
            verdict = judge(tx, extra[place])
            if verdict is not NOTHING:
                validity = validity.combine(verdict)
        if tx.who is None:
            raise InvalidTransaction(UnknownOriginInvalid())
        return validity

    def prepare(self, tx: Transaction, extra: Sequence[object]) -> list[object]:
        """Prepare each in order; gives what each will settle with, by its place."""
        prepared: list[object] = [None] * len(self.extensions)
        for place, act in self._preparing:
            prepared[place] = act(tx, extra[place])
        return prepared

    def post_dispatch(
        self, prepared: Sequence[object], outcome: DispatchOutcome
    ) -> DispatchOutcome:
        """Settle each in order; the unused weight of earlier ones lowers the actual weight."""
        for place, settle in self._settling:
            unused = settle(prepared[place], outcome)
            if unused is not ZERO and unused != ZERO:
                actual = outcome.post.weight_of(outcome.info) - unused
                outcome.post = PostInfo(actual, outcome.post.pays_fee)
        return outcome

    def bare_validate(self, tx: Transaction) -> ValidTransaction:
        """All verdicts on an unsigned extrinsic combined."""
        validity = NOTHING
        for _, judge in self._bare_validating:
            verdict = judge(tx)
            if verdict is not NOTHING:
                validity = validity.combine(verdict)
        return validity

    def bare_prepare(self, tx: Transaction) -> None:
        """Prepare each for an unsigned extrinsic."""
        for _, act in self._bare_preparing:
            act(tx)

    def bare_post_dispatch(self, outcome: DispatchOutcome) -> None:
        """Settle each after an unsigned extrinsic."""
        for _, settle in self._bare_settling:
            settle(outcome)


def joined_type(codecs: Resolver, extensions: Sequence[Extension], groups: Sequence[int]) -> Codec:
    """The type that all extensions make together: a tuple, of tuples when there are `groups`.

    `groups` are the lengths of the inner tuples in order; an extension of its own counts 1.
    """
    each = [codecs(extension.wrapper or extension.extra) for extension in extensions]
    if not groups:
        return Tuple(tuple(each))
    if sum(groups) != len(each):
        raise ValueError(f"groups of {sum(groups)} extensions, but there are {len(each)}")
    parts, start = [], 0
    for size in groups:
        part = tuple(each[start : start + size])
        parts.append(part[0] if size == 1 else Tuple(part))
        start += size
    return Tuple(tuple(parts))
