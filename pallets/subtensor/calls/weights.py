"""Calls by which neurons set their weights, at once or committed first and revealed later.

The caller is a hotkey, a neuron is named by its uid, a weight is a u16 of which only the proportion
to the others of its row matters.
"""

from __future__ import annotations

from typing import Annotated

from pysubtensor.frame.call import call
from pysubtensor.frame.codec.resolve import COMPACT
from pysubtensor.frame.origin import Origin
from pysubtensor.frame.primitives import U16, U64, Hash, NetUid
from pysubtensor.frame.weights import Pays, weight
from pysubtensor.pallets.subtensor import guards
from pysubtensor.pallets.subtensor.storage import Storage
from pysubtensor.pallets.subtensor.subnets.mechanisms import MAIN
from pysubtensor.pallets.subtensor.types import Ciphertext, CompactNetUid, MechId
from pysubtensor.pallets.subtensor.weights import commits
from pysubtensor.pallets.subtensor.weights import guards as weights_guards
from pysubtensor.pallets.subtensor.weights.commits import Reveal
from pysubtensor.pallets.subtensor.weights.rows import Row, ensure_not_committed, set_row, set_rows

Uids = tuple[U16, ...]
CompactNetUids = tuple[CompactNetUid, ...]
CompactU16 = Annotated[U16, COMPACT]
CompactRow = tuple[tuple[CompactU16, CompactU16], ...]
CompactVersion = Annotated[U64, COMPACT]


class WeightCalls(Storage):
    """Weights: set, or committed and revealed."""

    @call(
        0,
        weight=weight(15_513_610_000, 10_327_410, reads=4112, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.set_weights,
        guard_weight=guards.LIMITED_WEIGHTS,
    )
    def set_weights(
        self, origin: Origin, netuid: NetUid, dests: Uids, weights: Uids, version_key: U64
    ) -> None:
        """Set a neuron's weights: how it rates the miners of a subnet.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `dests`: uids of the neurons that are rated.
        - `weights`: weight of each; only the proportion among them matters.
        - `version_key`: version of the sender's software, no less than the subnet asks for.

        Errors: CommitRevealEnabled, MechanismDoesNotExist, CanNotSetRootNetworkWeights,
        WeightVecNotEqualSize, UidsLengthExceedUidsInSubNet, HotKeyNotRegisteredInSubNet,
        NotEnoughStakeToSetWeights, IncorrectWeightVersionKey, NeuronNoValidatorPermit,
        DuplicateUids, UidVecContainInvalidOne, WeightVecLengthIsLow, SettingWeightsTooFast.
        """
        ensure_not_committed(self, netuid)
        set_row(self, origin, netuid, MAIN, Row(dests, weights, version_key))

    @call(
        119,
        weight=weight(15_540_000_000, reads=4111, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.set_mechanism_weights,
        guard_weight=guards.LIMITED_WEIGHTS,
    )
    def set_mechanism_weights(
        self,
        origin: Origin,
        netuid: NetUid,
        mecid: MechId,
        dests: Uids,
        weights: Uids,
        version_key: U64,
    ) -> None:
        """Set a neuron's weights for one mechanism of a subnet.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `mecid`: the mechanism.
        - `dests`: uids of the neurons that are rated.
        - `weights`: weight of each; only the proportion among them matters.
        - `version_key`: version of the sender's software, no less than the subnet asks for.

        Errors: none of its own; those of `set_weights`.
        """
        ensure_not_committed(self, netuid)
        set_row(self, origin, netuid, mecid, Row(dests, weights, version_key))

    @call(
        80,
        weight=weight(103_092_000, 7_395, reads=16, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.batch,
        guard_weight=guards.WEIGHTS,
    )
    def batch_set_weights(
        self,
        origin: Origin,
        netuids: CompactNetUids,
        weights: tuple[CompactRow, ...],
        version_keys: tuple[CompactVersion, ...],
    ) -> None:
        """Set a neuron's weights on several subnets; events tell the errors of each.

        Origin: signed by the hotkey of the neurons.
        - `netuids`: the subnets.
        - `weights`: for each subnet pairs of a uid and its weight.
        - `version_keys`: for each subnet the version of the sender's software.

        Errors: InputLengthsUnequal, NotEnoughStakeToSetWeights.
        """
        set_rows(self, origin, netuids, weights, version_keys)

    @call(
        96,
        weight=weight(69_049_000, 4_714, reads=13, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.commit_weights,
        guard_weight=guards.LIMITED_WEIGHTS,
    )
    def commit_weights(self, origin: Origin, netuid: NetUid, commit_hash: Hash) -> None:
        """Commit to weights by their hash, to reveal them later.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `commit_hash`: blake2b-256 of the SCALE bytes of hotkey, storage index, uids, values, salt
          and version key.

        Errors: NotEnoughStakeToSetWeights, MechanismDoesNotExist, CommitRevealDisabled,
        HotKeyNotRegisteredInSubNet, CommittingWeightsTooFast, TooManyUnrevealedCommits.
        """
        commits.commit(self, origin, netuid, MAIN, commit_hash)

    @call(
        115,
        weight=weight(55_130_000, reads=7, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.commit_mechanism_weights,
        guard_weight=guards.LIMITED_WEIGHTS,
    )
    def commit_mechanism_weights(
        self, origin: Origin, netuid: NetUid, mecid: MechId, commit_hash: Hash
    ) -> None:
        """Commit to weights for one mechanism of a subnet by their hash.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `mecid`: the mechanism.
        - `commit_hash`: hash as in `commit_weights`.

        Errors: none of its own; those of `commit_weights`.
        """
        commits.commit(self, origin, netuid, mecid, commit_hash)

    @call(
        100,
        weight=weight(147_224_000, 4_765, reads=15, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.batch,
        guard_weight=guards.WEIGHTS,
    )
    def batch_commit_weights(
        self, origin: Origin, netuids: CompactNetUids, commit_hashes: tuple[Hash, ...]
    ) -> None:
        """Commit to weights on several subnets by their hashes; events tell the errors of each.

        Origin: signed by the hotkey of the neurons.
        - `netuids`: the subnets.
        - `commit_hashes`: for each subnet a hash as in `commit_weights`.

        Errors: InputLengthsUnequal, NotEnoughStakeToSetWeights.
        """
        commits.commit_each(self, origin, netuids, commit_hashes)

    @call(
        97,
        weight=weight(111_227_000, 7_590, reads=19, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.reveal_weights,
        guard_weight=guards.WEIGHTS,
    )
    def reveal_weights(
        self, origin: Origin, netuid: NetUid, uids: Uids, values: Uids, salt: Uids, version_key: U64
    ) -> None:
        """Reveal weights that were committed to, and set them.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `uids`: uids of the neurons that are rated.
        - `values`: weight of each; only the proportion among them matters.
        - `salt`: random numbers that were hashed with them.
        - `version_key`: version of the sender's software, no less than the subnet asks for.

        Errors: CommitRevealDisabled, NoWeightsCommitFound, RevealTooEarly, MechanismDoesNotExist,
        CanNotSetRootNetworkWeights, WeightVecNotEqualSize, UidsLengthExceedUidsInSubNet,
        HotKeyNotRegisteredInSubNet, NotEnoughStakeToSetWeights, IncorrectWeightVersionKey,
        NeuronNoValidatorPermit, DuplicateUids, UidVecContainInvalidOne, WeightVecLengthIsLow.
        """
        revealed = Reveal(Row(uids, values, version_key), salt)
        commits.reveal(self, origin, netuid, MAIN, revealed)

    @call(
        116,
        weight=weight(122_000_000, reads=16, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.reveal_mechanism_weights,
        guard_weight=guards.WEIGHTS,
    )
    def reveal_mechanism_weights(
        self,
        origin: Origin,
        netuid: NetUid,
        mecid: MechId,
        uids: Uids,
        values: Uids,
        salt: Uids,
        version_key: U64,
    ) -> None:
        """Reveal weights for one mechanism of a subnet, and set them.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `mecid`: the mechanism.
        - `uids`: uids of the neurons that are rated.
        - `values`: weight of each; only the proportion among them matters.
        - `salt`: random numbers that were hashed with them.
        - `version_key`: version of the sender's software, no less than the subnet asks for.

        Errors: none of its own; those of `reveal_weights`.
        """
        revealed = Reveal(Row(uids, values, version_key), salt)
        commits.reveal(self, origin, netuid, mecid, revealed)

    @call(
        98,
        weight=weight(421_363_000, 8_095, reads=19, writes=2),
        pays_fee=Pays.NO,
        guard=weights_guards.batch_reveal_weights,
        guard_weight=guards.WEIGHTS,
    )
    def batch_reveal_weights(
        self,
        origin: Origin,
        netuid: NetUid,
        uids_list: tuple[Uids, ...],
        values_list: tuple[Uids, ...],
        salts_list: tuple[Uids, ...],
        version_keys: tuple[U64, ...],
    ) -> None:
        """Reveal several commitments on one subnet in turn, and set their weights.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `uids_list`: for each commitment the uids of the neurons that are rated.
        - `values_list`: for each commitment the weights.
        - `salts_list`: for each commitment the salt.
        - `version_keys`: for each commitment the version of the sender's software.

        Errors: InputLengthsUnequal, InvalidRevealCommitHashNotMatch; those of `reveal_weights`.
        """
        weights_guards.ensure_lengths(uids_list, values_list, salts_list, version_keys)
        revealed = commits.reveals(uids_list, values_list, salts_list, version_keys)
        commits.reveal_all(self, origin, netuid, revealed)

    @call(
        113,
        weight=weight(86_951_000, 4_713, reads=14, writes=2),
        pays_fee=Pays.NO,
        implemented=False,
        guard_weight=guards.WEIGHTS,
    )
    def commit_timelocked_weights(
        self,
        origin: Origin,
        netuid: NetUid,
        commit: Ciphertext,
        reveal_round: U64,
        commit_reveal_version: U16,
    ) -> None:
        """Commit to encrypted weights that a drand round will open; this version cannot do it.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `commit`: the encrypted weights, at most 5,000 bytes.
        - `reveal_round`: number of the drand round whose signature decrypts them.
        - `commit_reveal_version`: version of the format.

        Errors: Unavailable.
        """

    @call(
        118,
        weight=weight(84_020_000, reads=9, writes=2),
        pays_fee=Pays.NO,
        implemented=False,
        guard_weight=guards.WEIGHTS,
    )
    def commit_timelocked_mechanism_weights(
        self,
        origin: Origin,
        netuid: NetUid,
        mecid: MechId,
        commit: Ciphertext,
        reveal_round: U64,
        commit_reveal_version: U16,
    ) -> None:
        """Commit to encrypted weights for one mechanism of a subnet; this version cannot do it.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `mecid`: the mechanism.
        - `commit`: the encrypted weights, at most 5,000 bytes.
        - `reveal_round`: number of the drand round whose signature decrypts them.
        - `commit_reveal_version`: version of the format.

        Errors: Unavailable.
        """

    @call(
        117,
        weight=weight(77_750_000, reads=7, writes=2),
        pays_fee=Pays.NO,
        implemented=False,
        guard_weight=guards.WEIGHTS,
    )
    def commit_crv3_mechanism_weights(
        self, origin: Origin, netuid: NetUid, mecid: MechId, commit: Ciphertext, reveal_round: U64
    ) -> None:
        """Commit to encrypted weights of format 4 for one mechanism; this version cannot do it.

        Origin: signed by the hotkey of the neuron.
        - `netuid`: the subnet.
        - `mecid`: the mechanism.
        - `commit`: the encrypted weights, at most 5,000 bytes.
        - `reveal_round`: number of the drand round whose signature decrypts them.

        Errors: Unavailable.
        """
