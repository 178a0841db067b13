"""A yardstick: 500 mixed blocks of each build, and what every one of them came to.

    python -m tests.determinism.yardstick            # compare with tests/data/yardstick
    python -m tests.determinism.yardstick --write    # take what comes out for right

Documentation is a part of the bytes under `:code`, so of the hash of block 0, which training and
claims draw from.  Here these bytes are always the same: no text, no name of a module and no name of
an attribute changes anything, only what the chain does.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pysubtensor.client.addresses import account
from pysubtensor.client.signing import sign_with_zeros
from pysubtensor.consensus.pool import PoolError
from pysubtensor.face.devnet import Devnet
from pysubtensor.frame.event import EventRecord
from pysubtensor.frame.hashing import twox_128
from pysubtensor.frame.header import Header
from pysubtensor.genesis import ChainSpec, initial_state, preset
from pysubtensor.rpc.encoding.values import to_json
from pysubtensor.runtime.chain import Build, Constants, Variety
from tests.determinism.subnet_life import SubnetLife
from tests.determinism.traffic import Traffic
from tests.determinism.training_life import TrainingLife

FOLDER = Path(__file__).parents[1] / "data" / "yardstick"
BUILDS = ("exact", "extended")
BLOCKS = 500
TRAFFIC = {"exact": 90, "extended": 40}
"""Blocks of other traffic before subnets come."""
UNTIL = 460
"""The last blocks are of other traffic again."""
PINNED = b"\0asm\1\0\0\0 the same bytes whatever the documentation says"
EVENTS = twox_128(b"System") + twox_128(b"Events")
ERROR_FIELDS = frozenset({"dispatch_error", "error", "Err"})


@dataclass(frozen=True)
class Line:
    """What a block came to."""

    number: int
    root: str
    """Of the state."""
    digest: str
    """Of the bytes under System.Events."""
    events: str
    """Names of the events."""
    refused: tuple[str, ...]
    """By the pool since the block before, as `code: text`; then in dispatches, by name."""


class Enough(Exception):
    """All blocks are there."""


def pinned(build: str) -> ChainSpec:
    """The development chain of a build, with bytes under `:code` that never change."""
    spec = preset("dev").with_build(Build(Constants.FAST, Variety(build)))
    return replace(spec, raw={**initial_state(spec), b":code": PINNED})


class Yardstick:
    """A chain on which all of it happens."""

    def __init__(self, build: str) -> None:
        self.build = build
        self.d = Devnet(pinned(build))
        self.lines: list[Line] = []
        self._refused: list[str] = []
        self._life: Iterator[None] = iter(())
        self.d.node.chain.on_imported(lambda imported: self._note(imported.header))
        self._note(self.d.node.chain.best_header())

    def run(self) -> list[Line]:
        """Make all blocks."""
        self._traffic(TRAFFIC[self.build])
        with suppress(Enough):
            self._live()
        self._traffic(BLOCKS - self.d.number)
        assert [line.number for line in self.lines] == list(range(1, self.d.number + 1))
        return self.lines[:BLOCKS]

    def _traffic(self, blocks: int) -> None:
        Traffic(self.d).run(blocks)

    def _live(self) -> None:
        trains = self.build == "extended"
        training = TrainingLife(self) if trains else None
        self._life = SubnetLife(self, first=3 if trains else 2).steps()
        if training is not None:
            training.live()
        while True:
            self.block()

    # -- acting ---------------------------------------------------------------------------------

    def block(self) -> None:
        """Make a block with what people of subnets do next.  Errors: Enough."""
        if self.d.number >= UNTIL:
            raise Enough
        next(self._life, None)
        self.d.mine()

    def send(self, signer: str, pallet: str, name: str, /, **args: Any) -> None:
        """Put a signed call in the pool, which may refuse it."""
        self.submit(self.d.sign(self.d.call(pallet, name, **args), signer))

    def send_as(self, who: bytes, pallet: str, name: str, /, **args: Any) -> None:
        """The same for an impersonated account, whose key nobody has."""
        call, known = self.d.call(pallet, name, **args), account(who)
        nonce = self.d.node.next_index(known)
        self.submit(sign_with_zeros(self.d.runtime, call, known, nonce=nonce))

    def submit(self, data: bytes) -> None:
        """Put an extrinsic in the pool, which may refuse it."""
        try:
            self.d.node.pool.submit(data)
        except PoolError as error:
            self._refused.append(f"{error.code}: {error}")

    # -- noting ---------------------------------------------------------------------------------

    def _note(self, header: Header) -> None:
        runtime = self.d.runtime
        codec = runtime.codecs(EventRecord)
        events = [to_json(codec, record)["event"] for record in self.d.events()]
        raw = runtime.state.raw_get(EVENTS) or b""
        self._refused += [self._named(error) for each in events for error in errors_in(each)]
        self.lines.append(
            Line(
                header.number,
                header.state_root.hex(),
                hashlib.blake2b(raw, digest_size=16).hexdigest(),
                ", ".join(counted(map(event_name, events))),
                tuple(counted(self._refused)),
            )
        )
        self._refused.clear()

    def _named(self, error: Any) -> str:
        """A refusal as the wire has it, by its name."""
        if isinstance(error, str):
            return error
        ((kind, inner),) = error.items()
        if kind != "Module":
            return f"{kind}.{inner}"
        pallet = self.d.runtime.by_index[inner["index"]]
        number = bytes.fromhex(inner["error"][2:])[0]
        (name,) = (each.__name__ for each in pallet.error_classes if each.error_index == number)
        return f"{pallet.name}.{name}"


def event_name(event: Mapping[str, Any]) -> str:
    ((pallet, of_pallet),) = event.items()
    return f"{pallet}.{of_pallet if isinstance(of_pallet, str) else next(iter(of_pallet))}"


def counted(names: Iterable[str]) -> list[str]:
    """Names in the order in which they come first, with a number where there are several."""
    return [name if count == 1 else f"{name} *{count}" for name, count in Counter(names).items()]


def errors_in(value: Any) -> Iterator[Any]:
    """Errors of dispatches that an event tells of."""
    if isinstance(value, list):
        for each in value:
            yield from errors_in(each)
    elif isinstance(value, dict):
        for name, each in value.items():
            if name == "Module":
                yield value
            elif name in ERROR_FIELDS:
                yield each
            else:
                yield from errors_in(each)


# -- keeping and comparing ------------------------------------------------------------------------


def run(build: str) -> list[Line]:
    """All blocks of a build."""
    yardstick = Yardstick(build)
    try:
        return yardstick.run()
    finally:
        yardstick.d.close()


def write(build: str, lines: Iterable[Line]) -> None:
    text = "".join(json.dumps(asdict(line), separators=(",", ":")) + "\n" for line in lines)
    (FOLDER / f"{build}.jsonl").write_text(text)


def read(build: str) -> list[Line]:
    told = map(json.loads, (FOLDER / f"{build}.jsonl").read_text().splitlines())
    return [Line(**{**each, "refused": tuple(each["refused"])}) for each in told]


def difference(wanted: list[Line], got: list[Line]) -> str:
    """The first block that differs and how; nothing if none does."""
    for one, other in zip(wanted, got, strict=False):
        if one != other:
            pairs = zip(asdict(one).items(), asdict(other).values(), strict=True)
            told = [f"  {k}:\n    wanted {a}\n    got    {b}" for (k, a), b in pairs if a != b]
            return "\n".join([f"block {one.number} differs:", *told])
    if len(wanted) != len(got):
        return f"{len(wanted)} blocks wanted, {len(got)} got"
    return ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="keep what comes out")
    parser.add_argument("builds", nargs="*", default=BUILDS, metavar="BUILD", help="exact extended")
    options = parser.parse_args()
    failed = 0
    for build in options.builds:
        lines = run(build)
        if options.write:
            write(build, lines)
        found = difference(read(build), lines)
        failed |= bool(found)
        sys.stdout.write(f"{build}: {found or f'{len(lines)} blocks as they should be'}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main())
