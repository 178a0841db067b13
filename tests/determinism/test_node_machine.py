"""Any mix of transfers, mining, snapshots, reverts and rewinds keeps money, roots and history."""

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
)

from pysubtensor import TAO, Devnet
from pysubtensor.client.addresses import account
from pysubtensor.consensus.node import DispatchRefused, UnknownSnapshot
from pysubtensor.consensus.pool import PoolError
from pysubtensor.frame.header import Block, Header
from pysubtensor.frame.origin import Id

NAMES = st.sampled_from(["Alice", "Bob", "Charlie", "Dave", "Nobody", "Somebody"])
AMOUNTS = st.one_of(st.integers(0, 1_000), st.integers(0, 3_000 * TAO), st.just(2**64 - 1))


@pytest.fixture(scope="module", autouse=True)
def opened_before():
    """The first chain of a process raises its recursion limit, which hypothesis minds in a test."""
    Devnet().close()


class NodeMachine(RuleBasedStateMachine):
    """A node, and what is known of it: the hash of every block and its accounts' money there."""

    snapshots = Bundle("snapshots")

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.d = Devnet(base_path=Path(self.folder.name) / "chain")
        self.heads = [self.d.node.chain.store.hash_at(0), self.d.hash]
        self.next_snapshot = 0

    def teardown(self) -> None:
        if not hasattr(self, "d"):
            return
        self.check_history()
        self.d.close()
        self.folder.cleanup()

    def moved(self) -> None:
        """Note the blocks that were made since."""
        store = self.d.node.chain.store
        self.heads += [store.hash_at(n) for n in range(len(self.heads), self.d.number + 1)]

    # -- what may happen ------------------------------------------------------------------------

    @rule(source=NAMES, dest=NAMES, amount=AMOUNTS, tip=st.integers(0, 100))
    def transfer(self, source, dest, amount, tip):
        call = self.d.call(
            "Balances", "transfer_allow_death", dest=Id(account(f"//{dest}")), value=amount
        )
        try:
            self.d.node.pool.submit(self.d.sign(call, f"//{source}", tip=tip))
        except PoolError:
            assert self.d.free(f"//{source}") < TAO, "only the poor cannot pay"

    @rule(source=NAMES, nonce=st.integers(0, 12))
    def transfer_out_of_order(self, source, nonce):
        call = self.d.call("System", "remark", remark=b"")
        with suppress(PoolError):
            self.d.node.pool.submit(self.d.sign(call, f"//{source}", nonce=nonce))

    @rule(count=st.integers(1, 4))
    def mine(self, count):
        self.d.mine(count)
        self.moved()

    @rule(limit=st.integers(0, 2))
    def mine_little(self, limit):
        self.d.node.make_block(max_transactions=limit)
        self.moved()

    @rule(who=NAMES, amount=st.integers(0, 5_000 * TAO))
    def set_balance(self, who, amount):
        self.d.set_balance(f"//{who}", amount)
        self.moved()

    @rule(who=NAMES, amount=AMOUNTS)
    def dispatch(self, who, amount):
        call = self.d.call("Balances", "burn", value=amount, keep_alive=False)
        with suppress(DispatchRefused):
            self.d.dispatch(call, f"//{who}")
        self.moved()

    @rule(step=st.integers(1, 10**7))
    def set_time(self, step):
        self.d.set_time(self.d.timestamp.now.get() + step)

    @rule(target=snapshots)
    def snapshot(self):
        self.next_snapshot += 1
        number = self.d.snapshot()
        assert number == self.next_snapshot
        return self.d, number, self.d.number, self.d.hash

    @rule(snapshot=consumes(snapshots))
    def revert(self, snapshot):
        opened, number, height, head = snapshot
        if opened is not self.d:
            return  # numbers begin anew with each start
        try:
            self.d.revert(number)
        except UnknownSnapshot:
            return  # a later revert or rewind used it up
        assert (self.d.number, self.d.hash) == (height, head)
        del self.heads[height + 1 :]

    @precondition(lambda self: len(self.heads) > 2)
    @rule(back=st.integers(1, 6))
    def set_head(self, back):
        height = max(self.d.number - back, 0)
        self.d.node.set_head(height)
        del self.heads[height + 1 :]

    @rule()
    def reopen(self) -> None:
        """A restart forgets the pool, snapshots and the moved clock, and nothing else."""
        self.d.close()
        self.d = Devnet(base_path=Path(self.folder.name) / "chain")
        self.moved()
        self.next_snapshot = 0

    # -- what must hold -------------------------------------------------------------------------

    @invariant()
    def money_is_conserved(self):
        accounts = self.d.system.account
        data = [info.data for _, info in accounts.items()]
        assert sum(each.free + each.reserved for each in data) == self.d.balances.total_issuance()

    @invariant()
    def head_is_known_and_its_root_verifies(self):
        store = self.d.node.chain.store
        assert (self.d.number, self.d.hash) == (len(self.heads) - 1, self.heads[-1])
        assert Header.decode(store.header(self.d.number)).state_root == store.root()
        assert self.d.node.chain.runtime.state.changes() == {}
        store.verify()

    def check_history(self):
        """The blocks in an empty chain give the same hashes; past states are what they were."""
        store = self.d.node.chain.store
        assert [store.hash_at(number) for number in range(self.d.number + 1)] == self.heads
        with Devnet() as fresh:
            fresh.node.set_head(0)
            for number in range(1, self.d.number + 1):
                stored = store.block(number)
                fresh.node.import_block(Block(Header.decode(stored.header), stored.body))
                assert fresh.hash == self.heads[number]
                assert dict(store.items(at=number)) == dict(fresh.node.chain.store.items())


NodeMachine.TestCase.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    phases=[Phase.generate],  # shrinking a case that opens databases takes minutes
)
TestNode = NodeMachine.TestCase
