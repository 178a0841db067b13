"""Training on a whole chain: real subnets, neurons, weights and epochs, read over JSON-RPC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pysubtensor.client.addresses import account
from pysubtensor.face.devnet import Devnet
from pysubtensor.frame.crypto import ss58_encode
from pysubtensor.frame.primitives import AccountId, Hash
from pysubtensor.frame.storage import Value
from pysubtensor.pallets.subtensor.pallet import SubtensorModule
from pysubtensor.pallets.training import Training, folding
from pysubtensor.pallets.training.types import Accusation, Ground, Phase
from tests.determinism.test_follower import follow, served
from tests.support import TAO
from tests.training_devnet import DevnetLab
from tests.unit.rpc.live import Live


@pytest.fixture(scope="module")
def lab() -> Iterator[DevnetLab]:
    found = DevnetLab(3, validators=1, spare=1, min_workers=3)
    found.play(2)
    yield found
    found.net.close()


async def test_everything_can_be_asked(lab: DevnetLab) -> None:
    rpc = Live(lab.net.node)
    worker = ss58_encode(lab.workers[0])
    run = await rpc.call("training_run", 0)
    assert run["workers"] == [ss58_encode(who) for who in lab.workers]
    assert run["terms"]["codec"]["k"] == lab.terms.codec.k
    assert run["run"]["netuid"] == 2
    assert [pair[0] for pair in await rpc.call("training_runs")] == [0]
    assert (await rpc.call("training_run", 7)) is None
    members = await rpc.call("training_members", 0)
    assert {who for who, _ in members} == {ss58_encode(w) for w in (*lab.workers, *lab.validators)}
    assert (await rpc.call("training_member", 0, worker))["role"] == "Worker"
    first = await rpc.call("training_round", 0, 1)
    assert first["contributors"] == [ss58_encode(who) for who in lab.workers]
    newest = await rpc.call("training_round", 0)
    assert newest == await rpc.call("training_round", 0, lab.number)
    assert sorted(await rpc.call("training_posters", 0, 1)) == sorted(who for who, _ in members)
    assert len(await rpc.call("training_dataSeed", 0, 1, worker)) == 66
    assert (await rpc.call("training_auditors", 0, 1)) == []
    assert (await rpc.call("training_checkpoints", 0)) == []
    assert (await rpc.call("training_challenges", 0)) == []
    assert (await rpc.call("training_challenge", 0)) is None
    assert (await rpc.call("training_ended", 0)) is None
    message = await rpc.call("training_attestationMessage", 0, 1, "0x07")
    assert len(message) == 66
    assert (await rpc.call("training_verdictMessage", 0, True)) is None
    assert (await rpc.call("training_rollbackMessage", 0, 2)) is None
    json.dumps(run)


async def test_proofs_can_be_tried_before_they_are_sent(lab: DevnetLab) -> None:
    rpc = Live(lab.net.node)
    proof = lab.payload_proof(1, lab.workers[0], 0)
    codec = lab.runtime.codecs(type(proof).__mro__[1])
    found = await rpc.call("training_checkChunk", 0, 1, "0x" + codec.to_bytes(proof).hex())
    worker = ss58_encode(lab.workers[0])
    assert found == {"accused": worker, "ground": "Payload", "index": 0, "fair": True}
    assert (await rpc.call("training_checkChunk", 0, 9, "0x" + codec.to_bytes(proof).hex())) is None


async def test_rounds_are_exported_with_their_hash(lab: DevnetLab) -> None:
    rpc = Live(lab.net.node)
    found = await rpc.call("training_exportRound", 0, 1)
    assert found["hash"] == "0x" + folding.export_hash(lab.pallet, 0, 1).hex()
    codec = lab.runtime.codecs(folding.RoundExport)
    whole = codec.from_bytes(bytes.fromhex(found["scale"][2:]))
    assert whole == folding.export(lab.pallet, 0, 1)
    assert len(found["export"]["commitments"]) == 3
    assert (await rpc.call("training_exportRound", 0, 99)) is None


def test_ratings_become_weights_and_pay_alpha(lab: DevnetLab) -> None:
    sub = lab.runtime.get(SubtensorModule)
    uids = [sub.uids[2, who] for who in lab.workers]
    validator = sub.uids[2, lab.validators[0]]
    assert sub.weights[2, validator] == tuple(zip(uids, (21_845, 43_690, 65_535), strict=True))
    lab.blocks(25)
    paid = [sub.incentive[2][uid] for uid in uids]
    assert paid[0] < paid[1] < paid[2]
    assert [round(each / paid[0]) for each in paid] == [1, 2, 3]
    owned = [sub.total_hotkey_alpha[who, 2] for who in lab.workers]
    assert 0 < owned[0] < owned[1] < owned[2]
    lab.books_balance()


def test_who_does_not_answer_a_challenge_pays() -> None:
    lab = DevnetLab(2, validators=1, spare=1)
    lab.play()
    accused, accuser = lab.workers[1], lab.validators[0]
    before = lab.balance(accuser)
    said = Accusation(accused, Ground.TRACE, 0, None)
    lab.call(accuser, "open_challenge", run=0, round=1, accusation=said)
    lab.blocks(6)
    assert lab.balance(accuser) == before + 10 * TAO * 32_768 // 65_535
    assert lab.member(accused).bond == 0
    lab.books_balance()
    lab.net.close()


def everything(training: Training) -> dict[str, Any]:
    """All that the pallet keeps."""
    items = training.storage.items()
    return {
        name: item.get() if isinstance(item, Value) else list(item.items()) for name, item in items
    }


def disputed(**options: Any) -> DevnetLab:
    """A chain with audits, anchored checkpoints and an open challenge."""
    terms = {"audit_rate": 65_535, "response": 20, "unbonding": 100}
    lab = DevnetLab(2, validators=1, spare=1, **terms, **options)
    lab.play(2)
    root = Hash(lab.state_root(lab.theta))
    told = {"run": 0, "round": 2, "state_root": root, "locator": b"s3://x"}
    lab.call(lab.workers[0], "anchor_checkpoint", **told)
    said = Accusation(lab.workers[1], Ground.TRACE, 1, Hash(bytes(32)))
    lab.call(lab.validators[0], "open_challenge", run=0, round=2, accusation=said)
    return lab


def test_nothing_is_lost_when_a_node_restarts(tmp_path: Path) -> None:
    lab = disputed(config={"base_path": tmp_path / "node"})
    before = everything(lab.pallet)
    assert all(before[name] for name in ("Challenges", "Checkpoints", "Sheets", "Agenda"))
    lab.net.close()
    again = Devnet(base_path=tmp_path / "node")
    assert everything(again.node.chain.runtime.get(Training)) == before
    again.mine(3)
    again.close()


async def test_a_follower_comes_to_the_same_state() -> None:
    lab = disputed()
    lab.blocks(25)
    with Devnet() as other:
        other.node.set_head(0)
        async with served(lab.net) as url:
            await follow(other, url, lab.net.number)
        assert other.hash == lab.net.hash
        assert everything(other.node.chain.runtime.get(Training)) == everything(lab.pallet)
    lab.net.close()


def test_a_chain_without_training_says_so() -> None:
    net = Devnet(runtime="exact")
    assert "Training" not in net.node.chain.runtime.pallets
    assert "TrainingApi_runs" not in net.node.chain.runtime.methods
    net.close()


def test_an_attestation_costs_whoever_brings_it_nothing() -> None:
    lab = DevnetLab(2, validators=1, spare=1)
    lab.commit_all()
    call = lab.net.call("Training", "attest", **lab.of_round(), attestation=lab.attestation())
    before = lab.balance(account("//Charlie"))
    receipt = lab.net.send(call, "//Charlie")
    assert (receipt.ok, receipt.fee) == (True, 0)
    assert lab.balance(account("//Charlie")) == before
    assert lab.round().contributors == lab.workers
    lab.net.close()


def test_a_run_outlives_its_subnet_and_anybody_ends_it() -> None:
    lab = DevnetLab(2, validators=1, spare=1)
    lab.play()
    lab.commit_all()
    lab.attest()
    lab.post()
    lab.seal(lab.validators[0], lab.scores())
    said = Accusation(lab.workers[1], Ground.TRACE, 0, None)
    lab.call(lab.validators[0], "open_challenge", run=0, round=1, accusation=said)
    lab.net.dispatch(lab.net.call("SubtensorModule", "root_dissolve_network", netuid=2))
    lab.until(lambda: not lab.pallet.config.subnets.exists(2))
    lab.until(lambda: lab.round(2).phase is Phase.CHALLENGE)
    lab.until(lambda: lab.member(lab.workers[1]).bond == 0)
    lab.books_balance()
    lab.call(lab.spare[0], "close_run", run=0)
    lab.until(lambda: lab.run().final_round == lab.run().round)
    for who in (*lab.workers, *lab.validators):
        lab.call(who, "claim", run=0)
    lab.blocks(2)
    assert lab.pallet.runs[0] is None
    assert lab.pallet.held.get() == lab.pallet.runs_on[2] == 0
    lab.net.close()


def test_a_worker_that_lost_its_place_on_the_subnet_has_no_weight() -> None:
    lab = DevnetLab(3, validators=1, spare=1, min_workers=3)
    sub = lab.runtime.get(SubtensorModule)
    gone, heir = lab.workers[0], AccountId(b"\x77" * 32)
    uid = sub.uids[2, gone]
    told = {"hotkey": gone, "new_hotkey": heir, "netuid": 2}
    lab.submit("//Bob", "swap_hotkey", **told)
    assert (sub.uids[2, gone], sub.uids[2, heir]) == (None, uid)
    lab.play()
    assert lab.round(1).contributors == lab.workers
    row = dict(sub.weights[2, sub.uids[2, lab.validators[0]]])
    assert uid not in row
    assert len(row) == 2
    lab.call(gone, "leave", run=0)
    lab.books_balance()
    lab.net.close()
