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
        """Give the neuron `dests[i]` the weight `weights[i]`.

        Errors: CommitRevealEnabled; MechanismDoesNotExist; CanNotSetRootNetworkWeights;
        WeightVecNotEqualSize; UidsLengthExceedUidsInSubNet; HotKeyNotRegisteredInSubNet;
        NotEnoughStakeToSetWeights; IncorrectWeightVersionKey; SettingWeightsTooFast;
        NeuronNoValidatorPermit; DuplicateUids; UidVecContainInvalidOne; WeightVecLengthIsLow.
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
        """The same for one mechanism of the subnet.  Errors: those of `set_weights`."""
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
        """Set weights, as (uid, weight), on each of `netuids`; what refuses is told in events.

        Errors: InputLengthsUnequal; NotEnoughStakeToSetWeights on any of them.
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
        """Promise to reveal the weights with this hash.

        Errors: NotEnoughStakeToSetWeights; CommittingWeightsTooFast; MechanismDoesNotExist;
        CommitRevealDisabled; HotKeyNotRegisteredInSubNet; TooManyUnrevealedCommits.
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
        """The same for one mechanism of the subnet.  Errors: those of `commit_weights`."""
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
        """Commit weights on each of `netuids`; what refuses is told in events.

        Errors: InputLengthsUnequal; NotEnoughStakeToSetWeights on any of them.
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
        """Reveal and set the weights of a commitment; `salt` was hashed with them.

        Errors: those of `set_weights`; CommitRevealDisabled; NoWeightsCommitFound;
        RevealTooEarly, too late as well.
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
        """The same for one mechanism of the subnet.  Errors: those of `reveal_weights`."""
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
        """Reveal several commitments on one subnet; all lists are of one length.

        Errors: InputLengthsUnequal; those of `reveal_weights`.
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
        """Commit weights encrypted so that drand's `reveal_round` opens them.

        Errors: MechanismDoesNotExist; CommitRevealDisabled; IncorrectCommitRevealVersion;
        HotKeyNotRegisteredInSubNet; CommittingWeightsTooFast; TooManyUnrevealedCommits.
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
        """The same for one mechanism.  Errors: those of `commit_timelocked_weights`."""

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
        """The same in version 4.  Errors: those of `commit_timelocked_weights`."""
