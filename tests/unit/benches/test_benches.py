from benches.presign import AMOUNT, DEST, SENDER, presigned
from benches.report import Bound, row
from pysubtensor.face.devnet import Devnet


def test_presigned_transfers_go_through_in_order():
    with Devnet() as d:
        before = d.free(DEST)
        for raw in presigned(d.node.chain.genesis_hash, (425, 1), 3):
            assert d.submit_extrinsic(bytes.fromhex(raw[2:])).ok
        assert d.free(DEST) == before + 3 * AMOUNT
        assert d.node.next_index(SENDER.account_id) == 3


def test_a_bound_compares_medians():
    found = row("reads", "/s", {"pysubtensor": [9, 30, 20], "hardhat": [10, 10, 40]})
    assert Bound.no_less(2.0, "hardhat").found(found.figures) == 2.0
    assert Bound.no_less(2.0, "hardhat").text(found.figures).endswith("kept")
    assert Bound.at_most(1.0, "hardhat").text(found.figures).endswith("MISSED")
    assert Bound.at_most(25).text(found.figures).endswith("kept")


def test_a_bound_without_its_peer_is_not_compared():
    assert Bound.at_most(1.0, "anvil").text({"pysubtensor": 1.0}).endswith("not compared")
