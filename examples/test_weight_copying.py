"""Weight copying does not pay: who repeats what others said an epoch ago earns less for its stake.

pytest examples/test_weight_copying.py
"""

from pysubtensor import TAO, Devnet

HONEST, COPIER = ("//Bob", "//Charlie"), "//Alice"


def test_a_copier_earns_less(devnet: Devnet) -> None:
    d = devnet
    d.thaw_settings()
    netuid = d.register_subnet("//Alice", "//Alice//hot")
    d.open_weights(netuid)
    validators = {who: f"{who}//validator" for who in (*HONEST, COPIER)}
    uids = {who: d.register_neuron(who, netuid, key) for who, key in validators.items()}
    alpha = {who: d.stake(who, netuid, key, 100 * TAO) for who, key in validators.items()}
    miners = [d.register_neuron("//Alice", netuid, f"//Alice//{number}") for number in (1, 2)]
    d.run_to_epoch(netuid)  # which lets them validate
    earned, last = dict.fromkeys(validators, 0), dict.fromkeys(miners, 1)
    for epoch in range(6):  # the better miner is another each time
        weights = {miner: 9 if (epoch + place) % 2 else 1 for place, miner in enumerate(miners)}
        for who, key in validators.items():
            d.set_weights(key, netuid, last if who == COPIER else weights)
        last = weights
        d.run_to_epoch(netuid)
        for who, uid in uids.items():
            earned[who] += d.subtensor_module.emission[netuid][uid]
    for who in HONEST:
        assert earned[who] * alpha[COPIER] > 2 * earned[COPIER] * alpha[who], "twice as much"
