"""Statements that several members sign in their stores, and one sends to the chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import orjson

from pysubtensor.frame.crypto import bls
from pysubtensor.frame.primitives import AccountId
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.files import file_names
from pysubtensor.training.files.run_files import RunFiles
from pysubtensor.training.roles.member import MemberAgent

LIMIT: Final = 1 << 14
"""Bytes of a statement."""
TOPICS: Final = 256
"""That are known at a time; more than can be open."""

Statement = dict[bytes, bytes]
"""Values that a member has signed, each with the signature."""


class Quorum(NamedTuple):
    """A value that more than two thirds have signed."""

    value: bytes
    signers: bytes
    """One bit for each of those who were asked."""
    signature: bytes


class StatementBoard:
    """Statements of members about one topic of a round."""

    def __init__(
        self,
        view: ChainView,
        library: RunFiles,
        number: int,
        topic: str,
        asked: Sequence[AccountId],
    ) -> None:
        self.view, self.library, self.number, self.topic = view, library, number, topic
        self.asked = asked

    def publish(self, who: AccountId, statement: Mapping[bytes, bytes]) -> None:
        """Publish the member's own statement.  Errors: FileStoreError."""
        text = {value.hex(): signature.hex() for value, signature in statement.items()}
        self.library.own.put(self._name(who), orjson.dumps(text))

    def read(self, who: AccountId) -> Statement:
        """Read the statement of a member; its signatures are not checked yet."""
        found = self.library.fetch(self.view, self._name(who), LIMIT, who)
        try:
            text = orjson.loads(found or b"{}")
            return {bytes.fromhex(value): bytes.fromhex(sig) for value, sig in text.items()}
        except (ValueError, AttributeError, TypeError):
            return {}

    def _name(self, who: AccountId) -> str:
        return file_names.statement(self.view.id, self.number, self.topic, who)

    def agreed(
        self, messages: Mapping[bytes, bytes], statements: Mapping[AccountId, Statement]
    ) -> Quorum | None:
        """The first value of `messages` that more than two thirds have signed.

        `messages` is what is signed for each value.
        """
        for value, message in messages.items():
            good = [
                who for who in self.asked if self._signed(who, message, statements[who].get(value))
            ]
            if 3 * len(good) > 2 * len(self.asked):
                bits = sum(1 << at for at, who in enumerate(self.asked) if who in good)
                signers = bits.to_bytes((len(self.asked) + 7) // 8, "little")
                return Quorum(value, signers, bls.aggregate(statements[who][value] for who in good))
        return None

    def _signed(self, who: AccountId, message: bytes, signature: bytes | None) -> bool:
        member = self.view.member(who)
        if member is None or signature is None:
            return False
        return bls.verify_aggregate([member.key], message, signature)


class Turns:
    """Whose turn it is to send what several members could send: one more with each block."""

    def __init__(self, member: MemberAgent) -> None:
        self._member = member
        self._since: dict[str, int] = {}

    def mine(self, topic: str, asked: tuple[AccountId, ...]) -> bool:
        """Whether it is this member's turn by now."""
        since = self._since.setdefault(topic, self._member.view.now)
        for old in list(self._since)[:-TOPICS]:
            del self._since[old]
        return self._member.once(asked, since)
