"""Money for work on local chains."""

from __future__ import annotations

import hashlib

import pytest
from Crypto.Hash import keccak

from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.balances import Balances
from pysubtensor.pallets.subtensor import errors
from pysubtensor.pallets.subtensor.events.networks import Faucet
from pysubtensor.pallets.subtensor.neurons import faucet, work
from pysubtensor.pallets.subtensor.pallet import SubtensorModule, SubtensorWithFaucet
from pysubtensor.pallets.system import System
from pysubtensor.runtime.runtime import Entry
from tests.subtensor_chain import NAME, subtensor_config
from tests.support import PARENT, TAO, close_block, events, open_block, run, runtime_of

WORKER = AccountId(bytes((11,)) * 32)
PROOF = {
    "block_number": 0,
    "nonce": 788_589,
    "work": bytes.fromhex("e0467439e0a9348163574ae854139662a5292a1dc97a21cfcc7ec02480060000"),
}
"""The first one of `WORKER` for the parent of block 1."""
BIG, SMALL = 1 << 255, (1 << 256) // faucet.DIFFICULTY


@pytest.fixture
def runtime():
    made = runtime_of(Entry(7, NAME, SubtensorWithFaucet, subtensor_config), balances={})
    open_block(made)
    return made


def ask(runtime, **changes: object) -> None:
    run(runtime, WORKER, NAME, "faucet", **(PROOF | changes))


def at(runtime, block: int) -> None:
    runtime.get(System).number.put(block)


def test_a_proof_is_worth_1000_tao(runtime) -> None:
    sub = runtime.get(SubtensorWithFaucet)
    ask(runtime)
    assert runtime.get(Balances).free_balance(WORKER) == 1_000 * TAO
    assert runtime.get(Balances).total_issuance() == sub.total_issuance.get() == 1_000 * TAO
    assert sub.used_work[PROOF["work"]] == 1
    assert Faucet(WORKER, 1_000 * TAO) in events(runtime)
    ask(runtime)
    assert runtime.get(Balances).free_balance(WORKER) == 2_000 * TAO


@pytest.mark.parametrize(("block", "fresh"), [(1, True), (2, True), (3, False), (9, False)])
def test_a_proof_counts_for_three_blocks(runtime, block, fresh) -> None:
    at(runtime, block)
    if fresh:
        ask(runtime)
    else:
        with pytest.raises(errors.InvalidWorkBlock):
            ask(runtime)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"block_number": 2}, errors.InvalidWorkBlock),
        ({"work": b"\xff" * 32}, errors.InvalidDifficulty),
        ({"work": SMALL.to_bytes(32, "little")}, errors.InvalidSeal),
        ({"work": (SMALL + 1).to_bytes(32, "little")}, errors.InvalidDifficulty),
        ({"nonce": 788_588}, errors.InvalidSeal),
        ({"block_number": 1}, errors.InvalidSeal),
        ({"work": b""}, errors.InvalidSeal),
        ({"work": b"\xff" * 33}, errors.InvalidDifficulty),
    ],
)
def test_other_work_is_refused(runtime, changes, error) -> None:
    with pytest.raises(error):
        ask(runtime, **changes)
    assert runtime.get(Balances).free_balance(WORKER) == 0


def test_a_proof_is_for_one_account(runtime) -> None:
    with pytest.raises(errors.InvalidSeal):
        run(runtime, AccountId(bytes((12,)) * 32), NAME, "faucet", **PROOF)


def test_when_all_tao_are_issued_a_proof_is_worth_nothing(runtime) -> None:
    money = runtime.get(Balances)
    money.issuance.put(21_000_000 * TAO)
    ask(runtime)
    assert money.free_balance(WORKER) == 0
    assert money.total_issuance() == 21_000_000 * TAO


@pytest.mark.parametrize(
    ("number", "difficulty", "meets"),
    [(0, 1 << 256, True), (1, 1 << 256, False), (1, (1 << 256) - 1, True), (BIG, 1, True),
     (BIG, 2, False), (SMALL, faucet.DIFFICULTY, True), (SMALL + 1, faucet.DIFFICULTY, False)],
)  # fmt: skip
def test_a_difficulty_is_how_many_hashes_there_are_for_one_that_counts(
    number, difficulty, meets
) -> None:
    assert work.hash_meets_difficulty(number.to_bytes(32, "little"), difficulty) is meets


def keccak_256(data: bytes) -> bytes:
    return keccak.new(digest_bits=256, data=data).digest()


def test_a_seal_is_made_of_nonce_block_and_account(runtime) -> None:
    sub = runtime.get(SubtensorWithFaucet)
    bound = keccak_256(PARENT + WORKER)
    wanted = keccak_256(hashlib.sha256((7).to_bytes(8, "little") + bound).digest())
    assert work.create_seal_hash(sub, 0, 7, WORKER) == wanted
    assert work.create_seal_hash(sub, 1, 7, WORKER) != wanted


def test_work_is_the_first_seal_that_meets_the_difficulty(runtime) -> None:
    sub = runtime.get(SubtensorWithFaucet)
    nonce, found = work.create_work_for_block_number(sub, 0, 5, WORKER, 100)
    assert found == work.create_seal_hash(sub, 0, nonce, WORKER)
    assert nonce > 5
    seals = [work.create_seal_hash(sub, 0, n, WORKER) for n in range(5, nonce + 1)]
    assert [work.hash_meets_difficulty(seal, 100) for seal in seals] == [
        *[False] * (nonce - 5), True,
    ]  # fmt: skip


def test_blocks_are_known_by_their_hash_once_they_are_closed(runtime) -> None:
    system = runtime.get(System)
    assert (system.block_hash_of(0), system.block_hash_of(1)) == (PARENT, bytes(32))
    close_block(runtime)
    open_block(runtime, 2)
    assert system.block_hash_of(1) == PARENT


def test_a_main_network_has_no_faucet() -> None:
    runtime = runtime_of(Entry(7, NAME, SubtensorModule, subtensor_config), balances={})
    with pytest.raises(KeyError):
        runtime.call(NAME, "faucet", **PROOF)
