"""Facts of the chain's tests/weights that take blocks and epochs to show."""

from __future__ import annotations

from typing import Any

import pytest

from pysubtensor.frame.origin import Origin, Signed
from pysubtensor.frame.primitives import U16_MAX, AccountId
from pysubtensor.frame.weights import DispatchClass, Pays
from pysubtensor.pallets.subtensor import errors as e
from pysubtensor.pallets.subtensor import tempo
from pysubtensor.pallets.subtensor.coinbase import drain
from pysubtensor.pallets.subtensor.events.weights import BatchWeightItemFailed, WeightsSet
from pysubtensor.pallets.subtensor.subnets import owners
from pysubtensor.pallets.subtensor.subnets.mechanisms import MAIN
from pysubtensor.pallets.subtensor.weights import checks, commits
from pysubtensor.pallets.subtensor.weights.commits import Reveal
from pysubtensor.pallets.subtensor.weights.rows import Row
from tests.subtensor_chain import ONE, Chain
from tests.unit.pallets.subtensor.weights.weights_chain import SALT, hash_of

OTHER, HOTKEY, COLDKEY, OWNER = (AccountId(bytes((n,)) * 32) for n in (0xA1, 0xA2, 0xB1, 0xB2))
UIDS, VALUES = (0, 1), (10, 10)
TEMPO = 20


class Timed(Chain):
    """Subnet 1 with the neurons `OTHER` and `HOTKEY`; blocks pass one by one, and epochs with them.

    Reveals go past the guards, as in the chain's own tests.
    """

    def __init__(self, *, commit_reveal: bool = True, length: int = TEMPO) -> None:
        super().__init__()
        self.at(0)
        self.subnet(ONE, OWNER, tempo=length)
        self.sub.commit_reveal_weights_enabled[ONE] = commit_reveal
        self.sub.weights_set_rate_limit[ONE] = 0
        self.sub.min_allowed_weights[ONE] = 1
        for hotkey in (OTHER, HOTKEY):
            self.neuron(ONE, hotkey, COLDKEY)
        self.sub.validator_permit[ONE] = (True, True)

    @property
    def block(self) -> int:
        return self.sub.config.system.block_number()

    def blocks(self, count: int) -> None:
        for _ in range(count):
            self.at(self.block + 1)
            drain.drain_pending(self.sub, [ONE])

    def epochs(self, count: int) -> None:
        until = self.sub.subnet_epoch_index[ONE] + count
        while self.sub.subnet_epoch_index[ONE] < until:
            self.blocks(1)

    def commit(self, salt: Any = SALT, who: AccountId = HOTKEY, **row: Any) -> None:
        made = hash_of(who, ONE, row.get("uids", UIDS), row.get("values", VALUES), salt)
        self.call(who, "commit_weights", netuid=ONE, commit_hash=made)

    def reveal(self, salt: Any = SALT, who: AccountId = HOTKEY, **row: Any) -> None:
        made = Row(row.get("uids", UIDS), row.get("values", VALUES), 0)
        commits.reveal(self.sub, Origin(Signed(who)), ONE, MAIN, Reveal(made, salt))

    def reveals(self, *salts: Any, who: AccountId = HOTKEY) -> None:
        made = [Reveal(Row(UIDS, VALUES, 0), salt) for salt in salts]
        commits.reveal_all(self.sub, Origin(Signed(who)), ONE, made)

    def set(self, who: AccountId = HOTKEY, uids: Any = UIDS, values: Any = VALUES, key: int = 0):
        row = {"netuid": ONE, "dests": uids, "weights": values, "version_key": key}
        return self.call(who, "set_weights", **row)

    def waiting(self, who: AccountId = HOTKEY) -> int:
        return len(self.sub.weight_commits[ONE, who] or ())


def salted(number: int) -> tuple[int, ...]:
    return (number,) * 8


@pytest.fixture
def timed() -> Timed:
    return Timed()


# -- commitments and epochs ----------------------------------------------------------------------


def test_a_commitment_is_revealed_one_epoch_later_and_once(timed) -> None:
    timed.commit()
    with pytest.raises(e.RevealTooEarly):
        timed.reveal()
    timed.epochs(1)
    timed.reveal()
    timed.blocks(6)
    with pytest.raises(e.NoWeightsCommitFound):
        timed.reveal()
    timed.commit()
    timed.epochs(2)
    with pytest.raises(e.ExpiredWeightCommit):
        timed.reveal()
    timed.commit()
    timed.blocks(TEMPO // 2)
    with pytest.raises(e.RevealTooEarly):
        timed.reveal()
    timed.epochs(1)
    timed.reveal()


@pytest.mark.parametrize("wait", [0, 1, 7, TEMPO - 1])
def test_the_window_is_the_next_epoch_to_the_block(timed, wait) -> None:
    timed.blocks(wait)
    timed.commit()
    timed.blocks(TEMPO - wait - 1)
    if wait < TEMPO - 1:
        with pytest.raises(e.RevealTooEarly):
            timed.reveal()
    timed.blocks(1)
    found = timed.sub.weight_commits[ONE, HOTKEY]
    timed.reveal()
    timed.sub.weight_commits[ONE, HOTKEY] = found
    timed.blocks(TEMPO - 1)
    timed.reveal()
    timed.sub.weight_commits[ONE, HOTKEY] = found
    timed.blocks(1)
    with pytest.raises(e.ExpiredWeightCommit):
        timed.reveal()


@pytest.mark.parametrize("period", [1, 2, 7, 40, 86, 100])
def test_a_commitment_waits_as_many_epochs_as_the_subnet_says(period) -> None:
    timed = Timed(length=3)
    timed.sub.reveal_period_epochs[ONE] = period
    timed.commit(salted(42))
    timed.epochs(period - 1)
    with pytest.raises(e.RevealTooEarly):
        timed.reveal(salted(42))
    timed.epochs(1)
    timed.reveal(salted(42))
    with pytest.raises(e.NoWeightsCommitFound):
        timed.reveal(salted(42))
    timed.commit(salted(43))
    timed.epochs(period + 1)
    with pytest.raises(e.ExpiredWeightCommit):
        timed.reveal(salted(43))


@pytest.mark.parametrize("tempos", [(40,), (40, 30), (40, 30, 210), (5, 161)])
def test_epochs_count_whatever_becomes_of_the_tempo(timed, tempos) -> None:
    timed.commit()
    timed.blocks(9)
    for length in tempos:
        tempo.put_tempo(timed.sub, ONE, length)
        timed.blocks(1)
    timed.epochs(1)
    timed.reveal()
    assert timed.waiting() == 0
    assert timed.sub.weights[ONE, 1] == ((0, U16_MAX), (1, U16_MAX))


def test_the_period_at_the_reveal_counts(timed) -> None:
    timed.commit()
    tempo.put_tempo(timed.sub, ONE, 10)
    timed.sub.reveal_period_epochs[ONE] = 2
    timed.epochs(1)
    with pytest.raises(e.RevealTooEarly):
        timed.reveal()
    timed.epochs(1)
    timed.reveal()
    tempo.put_tempo(timed.sub, ONE, 40)
    timed.sub.reveal_period_epochs[ONE] = 1
    timed.commit()
    timed.epochs(1)
    timed.reveal()
    timed.epochs(2)
    with pytest.raises(e.NoWeightsCommitFound):
        timed.reveal()


def test_an_epoch_on_demand_counts_too(timed) -> None:
    timed.commit()
    timed.sub.pending_epoch_at[ONE] = 3
    timed.blocks(2)
    with pytest.raises(e.RevealTooEarly):
        timed.reveal()
    timed.blocks(1)
    timed.reveal()


def test_ten_wait_and_those_before_the_revealed_one_go(timed) -> None:
    for number in range(10):
        timed.commit(salted(number))
    with pytest.raises(e.TooManyUnrevealedCommits):
        timed.commit(salted(11))
    timed.epochs(1)
    timed.reveal(salted(1))
    assert timed.waiting() == 8
    timed.reveal(salted(9))
    assert (ONE, HOTKEY) not in timed.sub.weight_commits
    timed.commit(salted(11))
    timed.commit(salted(12))
    timed.epochs(2)
    with pytest.raises(e.ExpiredWeightCommit):
        timed.reveal(salted(12))
    timed.commit(salted(13))
    assert timed.waiting() == 1
    timed.epochs(1)
    timed.reveal(salted(13))
    assert timed.waiting() == 0


def test_those_whose_time_is_over_make_room(timed) -> None:
    for number in range(5):
        timed.commit(salted(number))
    timed.epochs(1)
    for number in range(5, 10):
        timed.commit(salted(number))
    with pytest.raises(e.TooManyUnrevealedCommits):
        timed.commit(salted(11))
    timed.epochs(1)
    timed.commit(salted(11))
    assert timed.waiting() == 6
    with pytest.raises(e.InvalidRevealCommitHashNotMatch):
        timed.reveal(salted(0))
    for number in range(5, 10):
        timed.reveal(salted(number))
    timed.epochs(1)
    timed.reveal(salted(11))
    assert timed.waiting() == 0


def test_a_reveal_out_of_order_ends_those_before_it(timed) -> None:
    for number in range(3):
        timed.commit(salted(number))
    timed.epochs(1)
    timed.reveal(salted(1))
    assert timed.waiting() == 1
    timed.reveal(salted(2))
    with pytest.raises(e.NoWeightsCommitFound):
        timed.reveal(salted(0))


@pytest.mark.parametrize(
    "wrong",
    [
        {"uids": (0, 2)},
        {"values": (10, 11)},
        {"salt": (0, 2, 3, 4, 5, 6, 7, 8)},
        {"salt": (), "uids": ()},
        {"who": OTHER},
    ],
)
def test_only_what_was_hashed_is_revealed(timed, wrong) -> None:
    timed.commit()
    timed.commit(salted(1), who=OTHER)
    timed.epochs(1)
    with pytest.raises(e.InvalidRevealCommitHashNotMatch):
        timed.reveal(**wrong)
    timed.reveal()


def test_commitments_need_commit_reveal_and_reveals_too(timed) -> None:
    sub = timed.sub
    sub.commit_reveal_weights_enabled[ONE] = False
    with pytest.raises(e.CommitRevealDisabled):
        timed.commit()
    sub.commit_reveal_weights_enabled[ONE] = True
    with pytest.raises(e.CommitRevealEnabled):
        timed.set()
    timed.commit()
    timed.epochs(1)
    sub.commit_reveal_weights_enabled[ONE] = False
    with pytest.raises(e.CommitRevealDisabled):
        timed.reveal()
    with pytest.raises(e.CommitRevealDisabled):
        timed.reveals(SALT)
    sub.commit_reveal_weights_enabled[ONE] = True
    timed.reveal()
    sub.commit_reveal_weights_enabled[ONE] = False
    assert timed.set() == [WeightsSet(ONE, 1)]


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({"uids": (1, 2, 3), "values": (1, 2)}, e.WeightVecNotEqualSize),
        ({"uids": (0, 0), "values": (1, 2)}, e.DuplicateUids),
        ({"uids": (9_999,), "values": (88,)}, e.UidVecContainInvalidOne),
        ({"uids": (0, 1, 2), "values": (1, 1, 1)}, e.UidsLengthExceedUidsInSubNet),
        ({"uids": (0, 1), "values": (65_535, 65_535)}, None),
        ({"uids": (0, 1), "values": (0, 0)}, None),
    ],
)
def test_a_revealed_row_must_be_one_that_could_be_set(timed, row, error) -> None:
    timed.commit(**row)
    timed.epochs(1)
    if error:
        with pytest.raises(error):
            timed.reveal(**row)
    else:
        timed.reveal(**row)
        assert timed.sub.weights[ONE, 1] == tuple(zip(row["uids"], row["values"], strict=True))


# -- several at once -----------------------------------------------------------------------------


def test_several_are_revealed_together(timed) -> None:
    for number in range(3):
        timed.commit(salted(number))
    with pytest.raises(e.RevealTooEarly):
        timed.reveals(salted(0), salted(1))
    timed.epochs(1)
    timed.reveals(salted(2), salted(0), salted(1))
    assert (ONE, HOTKEY) not in timed.sub.weight_commits
    with pytest.raises(e.NoWeightsCommitFound):
        timed.reveals(salted(0))


def test_one_that_is_over_stops_the_others(timed) -> None:
    timed.commit(salted(0))
    timed.epochs(1)
    timed.commit(salted(1))
    timed.commit(salted(2))
    timed.epochs(1)
    with pytest.raises(e.ExpiredWeightCommit):
        timed.reveals(salted(0), salted(1), salted(2))
    assert timed.waiting() == 3
    timed.reveals(salted(1), salted(2))
    assert timed.waiting() == 0


def test_all_are_over_after_three_epochs(timed) -> None:
    timed.commit(salted(0))
    timed.epochs(1)
    timed.commit(salted(1))
    timed.epochs(3)
    with pytest.raises(e.ExpiredWeightCommit):
        timed.reveals(salted(0), salted(1))


def test_nothing_committed_nothing_revealed(timed) -> None:
    with pytest.raises(e.NoWeightsCommitFound):
        timed.reveals(SALT)


def test_ten_hotkeys_commit_and_reveal_side_by_side(timed) -> None:
    hotkeys = [AccountId(bytes((number,)) * 32) for number in range(1, 11)]
    for hotkey in hotkeys:
        timed.neuron(ONE, hotkey, COLDKEY)
    timed.sub.validator_permit[ONE] = (True,) * 12
    timed.sub.reveal_period_epochs[ONE] = 5
    for number in range(10):
        for hotkey in hotkeys:
            timed.commit(salted(number), who=hotkey)
            with pytest.raises(e.RevealTooEarly):
                timed.reveal(salted(0), who=hotkey)
    tempo.put_tempo(timed.sub, ONE, 30)
    timed.sub.reveal_period_epochs[ONE] = 3
    timed.epochs(3)
    for hotkey in hotkeys[:5]:
        for number in range(10):
            timed.reveal(salted(number), who=hotkey)
    timed.sub.reveal_period_epochs[ONE] = 10
    timed.epochs(8)
    for hotkey in hotkeys[5:]:
        with pytest.raises(e.ExpiredWeightCommit):
            timed.reveal(salted(0), who=hotkey)
    for hotkey in hotkeys:
        for number in range(20, 30):
            timed.commit(salted(number), who=hotkey)
        with pytest.raises(e.TooManyUnrevealedCommits):
            timed.commit(salted(30), who=hotkey)
    with pytest.raises(e.InvalidRevealCommitHashNotMatch):
        timed.reveal(salted(0), who=hotkeys[0])
    with pytest.raises(e.NoWeightsCommitFound):
        timed.reveal(who=AccountId(b"\x99" * 32))


# -- the pace ------------------------------------------------------------------------------------


def test_a_new_neuron_waits_as_if_it_had_set_weights() -> None:
    timed = Timed(commit_reveal=False)
    timed.sub.weights_set_rate_limit[ONE] = 10
    timed.at(11)
    timed.neuron(ONE, OWNER, COLDKEY)
    timed.sub.validator_permit[ONE] = (True,) * 3
    timed.at(20)
    with pytest.raises(e.SettingWeightsTooFast):
        timed.set(OWNER)
    timed.at(21)
    timed.set(OWNER)


def test_a_replaced_neuron_waits_too() -> None:
    timed = Timed(commit_reveal=False)
    sub = timed.sub
    sub.weights_set_rate_limit[ONE] = 10
    sub.max_allowed_uids[ONE], sub.immunity_period[ONE], sub.min_non_immune_uids[ONE] = 2, 0, 0
    sub.burn[ONE] = 0
    timed.at(11)
    timed.call(OWNER, "burned_register", netuid=ONE, hotkey=OWNER)
    assert sub.uids[ONE, OWNER] == 0
    row = {"uids": (0,), "values": (1,)}
    with pytest.raises(e.SettingWeightsTooFast):
        timed.set(OWNER, **row)
    timed.at(21)
    timed.set(OWNER, **row)


def test_commitments_and_weights_share_a_pace(timed) -> None:
    timed.sub.weights_set_rate_limit[ONE] = 10
    timed.at(11)
    timed.commit()
    for block, fits in ((11, False), (16, False), (21, True)):
        timed.at(block)
        if fits:
            timed.commit(salted(9))
        else:
            with pytest.raises(e.CommittingWeightsTooFast):
                timed.commit(salted(9))
    timed.sub.commit_reveal_weights_enabled[ONE] = False
    for block, fits in ((21, False), (31, True), (31, False), (36, False), (41, True)):
        timed.at(block)
        if fits:
            timed.set()
        else:
            with pytest.raises(e.SettingWeightsTooFast):
                timed.set()


# -- the owner, versions, and what calls cost ----------------------------------------------------


def test_the_owner_validates_without_stake_or_permit() -> None:
    timed = Timed(commit_reveal=False)
    timed.at(1)
    sub = timed.sub
    sub.subnet_owner_hotkey[ONE] = OTHER
    sub.total_hotkey_alpha[HOTKEY, ONE] = 1
    sub.stake_threshold.put(1)
    sub.validator_permit[ONE] = (False, False)
    assert owners.uid_of_owner(sub, ONE) == 0
    assert checks.has_stake(sub, ONE, HOTKEY)
    assert not checks.may_validate(sub, ONE, 1, (0,))
    with pytest.raises(e.NeuronNoValidatorPermit):
        timed.set(HOTKEY, (0,), (1,))
    assert checks.has_stake(sub, ONE, OTHER)
    assert checks.may_validate(sub, ONE, 0, (1,))
    assert timed.set(OTHER, (1,), (1,)) == [WeightsSet(ONE, 0)]


@pytest.mark.parametrize(
    ("asked", "key", "fits"),
    [(0, 0, True), (0, 7, True), (12_312, 12_312, True), (12_312, 20_313, True),
     (20_313, 12_312, False)],
)  # fmt: skip
def test_a_version_key_is_at_least_the_one_asked_for(asked, key, fits) -> None:
    timed = Timed(commit_reveal=False)
    timed.sub.weights_version_key[ONE] = asked
    if fits:
        timed.set(key=key)
    else:
        with pytest.raises(e.IncorrectWeightVersionKey):
            timed.set(key=key)


@pytest.mark.parametrize(
    ("uid", "uids", "least", "fits"),
    [
        (1, (1,), 1, True),
        (1, (1, 2, 3), 3, True),
        (1, (1, 2), 3, False),
        (1, (1,), 7, True),
        (2, (1,), 2, False),
        (2, (1, 2, 3, 4, 5, 6, 7), 1_024, True),
        (2, (1, 2, 3, 4, 5, 6), 1_024, False),
    ],
)
def test_a_row_names_enough_or_itself_alone(timed, uid, uids, least, fits) -> None:
    timed.sub.subnetwork_n[ONE] = 7
    timed.sub.min_allowed_weights[ONE] = least
    assert checks.names_enough(timed.sub, ONE, uid, uids) is fits


@pytest.mark.parametrize(
    ("uid", "uids", "alone"), [(1, (1, 2, 3), False), (2, (1,), False), (1, (1,), True),
                               (1, (), False), (1, (1, 1), False)]
)  # fmt: skip
def test_a_row_for_itself_alone(uid, uids, alone) -> None:
    assert checks.is_self_weight(uid, uids) is alone


@pytest.mark.parametrize("name", ["batch_set_weights", "batch_commit_weights"])
def test_a_batch_tells_which_subnets_failed_in_their_order(name) -> None:
    timed = Timed(commit_reveal=name == "batch_set_weights")
    timed.at(1)
    timed.subnet(2, OWNER)
    timed.sub.commit_reveal_weights_enabled[2] = name == "batch_set_weights"
    args: dict[str, Any] = {"netuids": (2, 1)}
    if name == "batch_set_weights":
        args |= {"weights": ((), ()), "version_keys": (0, 0)}
    else:
        args |= {"commit_hashes": (b"\xaa" * 32, b"\xbb" * 32)}
    told = timed.call(HOTKEY, name, **args)
    assert [each.netuid for each in told if isinstance(each, BatchWeightItemFailed)] == [2, 1]


CALLS: dict[str, dict[str, Any]] = {
    "set_weights": {"netuid": 1, "dests": (1, 1), "weights": (1, 1), "version_key": 0},
    "commit_weights": {"netuid": 1, "commit_hash": bytes(32)},
    "reveal_weights": {
        "netuid": 1, "uids": (1, 1), "values": (1, 1), "salt": SALT, "version_key": 0,
    },
    "serve_axon": {
        "netuid": 1, "version": 2, "ip": 1_676_056_785, "port": 128, "ip_type": 4, "protocol": 0,
        "placeholder1": 0, "placeholder2": 0,
    },
    "serve_prometheus": {
        "netuid": 1, "version": 2, "ip": 1_676_056_785, "port": 128, "ip_type": 4,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_weights_and_endpoints_are_free(timed, name) -> None:
    info = timed.runtime.dispatch_info(timed.runtime.call("SubtensorModule", name, **CALLS[name]))
    assert (info.dispatch_class, info.pays_fee) == (DispatchClass.NORMAL, Pays.NO)
