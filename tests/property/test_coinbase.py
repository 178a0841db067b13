"""Laws of the coinbase: nothing is handed out twice, and epochs take turns."""

from hypothesis import given
from hypothesis import strategies as st

from consensus.yuma.fixed import U96F32
from pallets.subtensor.coinbase import drain, injection, terms
from pallets.subtensor.subnets import registry
from tests.neurons import ONE, Chain
from tests.support import fund

CHAIN = Chain()
"""Left as it is: each example is taken back."""
SUB = CHAIN.sub
RAO = st.integers(0, 21 * 10**15)
U16 = st.integers(0, 65_535)
AMOUNTS = st.tuples(*[st.integers(0, U96F32.from_int(10**9))] * 4)


def put_pool(tao, alpha_in, alpha_out):
    SUB.networks_added[ONE] = True
    SUB.subnet_mechanism[ONE] = 1
    SUB.subnet_tao[ONE], SUB.subnet_alpha_in[ONE] = tao, alpha_in
    SUB.subnet_alpha_out[ONE] = alpha_out
    fund(CHAIN.runtime, registry.account_of_subnet(SUB, ONE), 10**9)


@given(RAO, RAO, RAO, AMOUNTS, st.integers(0, 10**9))
def test_injection_stays_within_the_credit(tao, alpha_in, alpha_out, amounts, credit):
    with CHAIN.runtime.state.discarded():
        put_pool(tao, alpha_in, alpha_out)
        left = injection.inject(SUB, ONE, terms.Terms(*amounts), credit)
        entered = SUB.subnet_tao[ONE] - tao
        bought = SUB.subnet_protocol_alpha[ONE]
        assert 0 <= left <= credit
        assert SUB.subnet_tao_in_emission[ONE] + SUB.subnet_excess_tao[ONE] == entered
        assert SUB.subnet_protocol_flow[ONE] == entered <= credit - left
        assert SUB.subnet_alpha_in[ONE] == alpha_in - bought + SUB.subnet_alpha_in_emission[ONE]
        assert SUB.subnet_alpha_out[ONE] == alpha_out + bought


@given(RAO, RAO, U16, RAO, st.booleans())
def test_handing_out_creates_what_it_hands_out(alpha_in, alpha_out, cut, staked, root_sells):
    with CHAIN.runtime.state.discarded():
        put_pool(10**9, alpha_in, alpha_out)
        SUB.subnet_owner_cut.put(cut)
        root = staked, U96F32.one // 5
        injection.hand_out(SUB, ONE, 10**9, root, root_sells=root_sells)
        waiting = drain._take_pending(SUB, ONE)
        recycled = alpha_out + 10**9 - SUB.subnet_alpha_out[ONE]
        assert 10**9 - 4 < sum(waiting) + recycled <= 10**9
        assert (waiting.root if not root_sells else recycled) == 0


SUBNETS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 1_000),
        st.integers(0, 1_200),
        st.integers(0, 60_000),
        st.booleans(),
    ),
    max_size=12,
)


@given(SUBNETS, st.integers(0, 1_500), st.integers(0, 4))
def test_epochs_take_turns(subnets, block, most):
    with CHAIN.runtime.state.discarded():
        CHAIN.at(block)
        SUB.max_epochs_per_block.put(most)
        for netuid, (tempo, last, pending_at, since, consistent) in enumerate(subnets, 1):
            SUB.tempo[netuid], SUB.last_epoch_block[netuid] = tempo, last
            SUB.pending_epoch_at[netuid], SUB.blocks_since_last_step[netuid] = pending_at, since
            for uid in () if consistent else (0, 1):
                SUB.keys[netuid, uid] = bytes(32)
        netuids = range(1, len(subnets) + 1)
        before = {netuid: drain.schedule_of(SUB, netuid) for netuid in netuids}
        ran = [netuid for netuid, _ in drain.due(SUB, netuids)]
        after = {netuid: drain.schedule_of(SUB, netuid) for netuid in netuids}
        assert len(ran) <= most
        for netuid in netuids:
            moved = after[netuid].slot - before[netuid].slot
            due = before[netuid]._replace(since_step=before[netuid].since_step + 1).due(block)
            put_off = due and not moved
            assert moved <= due
            assert not put_off or (after[netuid].due(block + 1) and all(n < netuid for n in ran))
            assert netuid not in ran or after[netuid].next_start() == block + after[netuid].tempo
