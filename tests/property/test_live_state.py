"""The journalled live state against a plain dict, under nested rollback, commits and scans."""

from collections.abc import Iterator

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pysubtensor.frame.codec.resolve import Resolver
from pysubtensor.frame.hashers import blake2_128_concat, identity, twox_64_concat
from pysubtensor.frame.hashing import twox_64
from pysubtensor.frame.live_state import LiveState
from pysubtensor.frame.primitives import U8, U16, U32
from pysubtensor.frame.storage import CountedMap, Map, Value


class Stored:
    """A backing store in a dict."""

    def __init__(self) -> None:
        self.data: dict[bytes, bytes] = {}

    def get(self, key: bytes, /) -> bytes | None:
        return self.data.get(key)

    def items(self, prefix: bytes, /) -> Iterator[tuple[bytes, bytes]]:
        return ((k, v) for k, v in sorted(self.data.items()) if k.startswith(prefix))


class Declared:
    """Three items, as a pallet would declare them."""

    total = Value[U32](default=U32(0))
    small = CountedMap[U8, U32](twox_64_concat, default=U32(7))
    pairs = Map[tuple[U8, U16], U32 | None](identity, blake2_128_concat)


class LiveStateMachine(RuleBasedStateMachine):
    """Every read must equal the model's, whatever was rolled back, committed or forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.backing = Stored()
        self._bind()
        self.model: dict[object, int] = {}
        self.saved: list[tuple[tuple[int, int], dict[object, int]]] = []

    def _bind(self) -> None:
        self.state = LiveState(self.backing)
        resolver = Resolver()
        self.total = Declared.total.bind(self.state, "Test", resolver)
        self.small = Declared.small.bind(self.state, "Test", resolver)
        self.pairs = Declared.pairs.bind(self.state, "Test", resolver)

    @rule(value=st.integers(0, 2**32 - 1))
    def put_total(self, value: int) -> None:
        self.total.put(U32(value))
        self.model["total"] = value

    @rule(key=st.integers(0, 5), value=st.integers(0, 9))
    def put_small(self, key: int, value: int) -> None:
        self.small[U8(key)] = U32(value)
        self.model["small", key] = value

    @rule(key=st.integers(0, 5))
    def remove_small(self, key: int) -> None:
        del self.small[U8(key)]
        self.model.pop(("small", key), None)

    @rule(first=st.integers(0, 3), second=st.integers(0, 3), value=st.integers(0, 9))
    def put_pair(self, first: int, second: int, value: int) -> None:
        self.pairs[U8(first), U16(second)] = U32(value)
        self.model["pair", first, second] = value

    @rule(first=st.integers(0, 3))
    def clear_pairs(self, first: int) -> None:
        removed = self.pairs.clear(U8(first))
        gone = [k for k in self.model if isinstance(k, tuple) and k[:2] == ("pair", first)]
        assert removed == len(gone)
        for key in gone:
            del self.model[key]

    @rule()
    def begin(self) -> None:
        self.saved.append((self.state.mark(), dict(self.model)))

    @rule()
    def roll_back(self) -> None:
        if self.saved:
            mark, self.model = self.saved.pop()
            self.state.rollback(mark)

    @rule()
    def commit(self) -> None:
        for key, value in self.state.changes().items():
            if value is None:
                self.backing.data.pop(key, None)
            else:
                self.backing.data[key] = value
        self.state.commit()
        self.saved.clear()

    @rule()
    def forget(self) -> None:
        self.commit()
        self.state.reset()

    @invariant()
    def values_agree(self) -> None:
        assert self.total.get() == self.model.get("total", 0)
        for key in range(6):
            assert self.small[U8(key)] == self.model.get(("small", key), 7)
            assert (U8(key) in self.small) == (("small", key) in self.model)
        pairs = {k[1:]: v for k, v in self.model.items() if isinstance(k, tuple) and k[0] == "pair"}
        assert dict(self.pairs.items()) == pairs

    @invariant()
    def the_count_is_right(self) -> None:
        entries = [k for k in self.model if isinstance(k, tuple) and k[0] == "small"]
        assert self.small.count() == len(entries)

    @invariant()
    def scans_are_in_hashed_order(self) -> None:
        keys = list(self.small.keys())
        assert keys == sorted(keys, key=lambda key: twox_64(bytes((key,))) + bytes((key,)))


LiveStateMachine.TestCase.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
TestLiveState = LiveStateMachine.TestCase
