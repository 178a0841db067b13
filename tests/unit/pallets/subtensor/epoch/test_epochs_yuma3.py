"""Bonds and dividends over epochs under Yuma 3.  Facts of the chain's tests/epoch.

Validators of the uids 0 to 2 put their weight on servers, which follow; a server that one of them
leaves is left by the others some epochs later, or never.
"""

import pytest

from tests.unit.pallets.subtensor.epoch.crowd import ALL, ONE, Crowd

WITHIN = 1e-3


def scenario(chain, stakes):
    crowd = Crowd(chain, [*stakes, *[0] * (5 - len(stakes))] if len(stakes) < 5 else stakes)
    sub = crowd.sub
    sub.tempo[ONE] = 1
    sub.bonds_penalty[ONE] = 0
    sub.alpha_sigmoid_steepness[ONE] = 1000
    sub.bonds_moving_average[ONE] = 975_000
    sub.kappa[ONE] = ALL // 2
    sub.liquid_alpha_on[ONE] = sub.yuma3_on[ONE] = True
    sub.alpha_values[ONE] = ALL // 10, ALL * 3 // 10
    sub.max_allowed_validators[ONE] = 3
    sub.activity_cutoff_factor_milli[ONE] = 5_000_000
    crowd.next_epoch()
    return crowd


def vote(crowd, servers):
    """Each validator's server, as a digit; in a scenario of six the last shares every vote."""
    others = {5: ALL // 2} if crowd.n == 6 else {}
    for uid, server in enumerate(map(int, servers)):
        weights = {3: 0, 4: 0, server: ALL // 2 if others else ALL, **others}
        crowd.weigh(uid, weights)


def ensure(crowd, bonds, dividends):
    """What is stored now, by validator: bonds in each server, and dividends."""
    for uid, row in enumerate(bonds):
        for server, wanted in enumerate(row, 3):
            assert abs(crowd.bond(uid, server) / ALL - wanted) < WITHIN
    found = [each / ALL for each in crowd.sub.dividends[ONE]]
    for each, wanted in zip(found, [*dividends, 0, 0], strict=False):
        assert abs(each - wanted) < WITHIN


MOVES_FIRST = [
    ("333", [(0.1013, 0), (0.1013, 0), (0.1013, 0)], (0.8, 0.1, 0.1)),
    ("433", [(0.0908, 0.1013), (0.3697, 0), (0.3697, 0)], (1, 0, 0)),
    ("443", [(0.0815, 0.1924), (0.3170, 0.1013), (0.5580, 0)], (0.9382, 0.0618, 0)),
    ("444", [(0.0731, 0.2742), (0.2765, 0.1924), (0.4306, 0.1013)], (0.8819, 0.0773, 0.0407)),
    ("444", [(0.0656, 0.3478), (0.2435, 0.2742), (0.3589, 0.1924)], (0.8564, 0.0844, 0.0592)),
    ("444", [(0.0588, 0.4139), (0.2157, 0.3478), (0.3089, 0.2742)], (0.8418, 0.0884, 0.0697)),
]
MOVES_SECOND = [
    ("333", [(0.1013, 0), (0.1013, 0), (0.1013, 0)], (0.8, 0.1, 0.1)),
    ("343", [(0.1924, 0), (0.0908, 0.2987), (0.1924, 0)], (0.8446, 0.0498, 0.1056)),
    ("443", [(0.1715, 0.1013), (0.0815, 0.3697), (0.4336, 0)], (0.6868, 0.3132, 0)),
    ("444", [(0.1531, 0.1924), (0.0731, 0.4336), (0.3608, 0.1013)], (0.7421, 0.2090, 0.0489)),
    ("444", [(0.1369, 0.2742), (0.0656, 0.4910), (0.3103, 0.1924)], (0.7625, 0.1706, 0.0669)),
    ("444", [(0.1225, 0.3478), (0.0588, 0.5426), (0.2712, 0.2742)], (0.7730, 0.1508, 0.0762)),
]
MOVES_LAST = [
    ("333", [(0.1013, 0), (0.1013, 0), (0.1013, 0)], (0.8, 0.1, 0.1)),
    ("343", [(0.1924, 0), (0.0908, 0.2987), (0.1924, 0)], (0.8446, 0.0498, 0.1056)),
    ("344", [(0.2742, 0), (0.0815, 0.5081), (0.1715, 0.2987)], (0.8966, 0.0333, 0.0701)),
    ("444", [(0.2416, 0.1013), (0.0731, 0.5580), (0.1531, 0.3697)], (0.4663, 0.3210, 0.2127)),
    ("444", [(0.2141, 0.1924), (0.0656, 0.6028), (0.1369, 0.4336)], (0.5976, 0.2340, 0.1683)),
    ("444", [(0.1903, 0.2742), (0.0588, 0.6430), (0.1225, 0.4910)], (0.6592, 0.1932, 0.1475)),
]
ONE_EPOCH_SWITCH = [
    ("333", [(0.1013, 0), (0.1013, 0), (0.1013, 0)], (0.33, 0.33, 0.34)),
    ("333", [(0.1924, 0), (0.1924, 0), (0.1924, 0)], (0.33, 0.33, 0.34)),
    ("334", [(0.2742, 0), (0.2742, 0), (0.1715, 0.2987)], (0.3782, 0.3782, 0.2436)),
    ("333", [(0.3478, 0), (0.3478, 0), (0.2554, 0.2618)], (0.3628, 0.3628, 0.2745)),
    ("333", [(0.4139, 0), (0.4139, 0), (0.3309, 0.2312)], (0.3541, 0.3541, 0.2917)),
    ("333", [(0.4733, 0), (0.4733, 0), (0.3987, 0.2051)], (0.3487, 0.3487, 0.3026)),
]
NO_LIQUID_ALPHA = [
    ("333", [(0.0250, 0), (0.0250, 0), (0.0250, 0)], (0.33, 0.33, 0.34)),
    ("333", [(0.0494, 0), (0.0494, 0), (0.0494, 0)], (0.33, 0.33, 0.34)),
    ("334", [(0.0731, 0), (0.0731, 0), (0.0481, 0.0250)], (0.3734, 0.3734, 0.2532)),
    ("333", [(0.0963, 0), (0.0963, 0), (0.0719, 0.0244)], (0.3611, 0.3611, 0.2779)),
    ("333", [(0.1189, 0), (0.1189, 0), (0.0951, 0.0238)], (0.3541, 0.3541, 0.2919)),
    ("333", [(0.1409, 0), (0.1409, 0), (0.1178, 0.0232)], (0.3495, 0.3495, 0.3009)),
]
STABLE_MINER = [
    ("333", [(0.0507, 0, 0.0507)] * 3, (0.8, 0.1, 0.1)),
    (
        "343",
        [(0.0962, 0, 0.0962), (0.0455, 0.1, 0.0962), (0.0962, 0, 0.0962)],
        (0.8226, 0.0745, 0.1028),
    ),
    (
        "443",
        [(0.0863, 0.0507, 0.1371), (0.0408, 0.1405, 0.1371), (0.1770, 0, 0.1371)],
        (0.7750, 0.1685, 0.0565),
    ),
    (
        "444",
        [(0.0774, 0.0962, 0.1739), (0.0367, 0.1770, 0.1739), (0.1579, 0.0507, 0.1739)],
        (0.7864, 0.1372, 0.0764),
    ),
    (
        "444",
        [(0.0694, 0.1371, 0.2069), (0.0329, 0.2097, 0.2069), (0.1411, 0.0962, 0.2069)],
        (0.7912, 0.1241, 0.0847),
    ),
    (
        "444",
        [(0.0623, 0.1739, 0.2366), (0.0296, 0.2391, 0.2366), (0.1263, 0.1371, 0.2366)],
        (0.7937, 0.1173, 0.0890),
    ),
]


@pytest.mark.parametrize(
    ("stakes", "liquid", "epochs"),
    [
        ([8, 1, 1, 0, 0], True, MOVES_FIRST),
        ([8, 1, 1, 0, 0], True, MOVES_SECOND),
        ([8, 1, 1, 0, 0], True, MOVES_LAST),
        ([33, 33, 34, 0, 0], True, ONE_EPOCH_SWITCH),
        ([33, 33, 34, 0, 0], False, NO_LIQUID_ALPHA),
        ([8, 1, 1, 0, 0, 0], True, STABLE_MINER),
    ],
    ids=["the large one moves first", "second", "last", "one epoch", "not liquid", "stable miner"],
)
def test_validators_move_from_one_server_to_another(chain, stakes, liquid, epochs):
    crowd = scenario(chain, stakes)
    crowd.sub.liquid_alpha_on[ONE] = liquid
    for servers, bonds, dividends in epochs:
        vote(crowd, servers)
        crowd.next_epoch()
        ensure(crowd, bonds, dividends)


RESET_SEEN = {
    0: ([(0.1013, 0), (0.1013, 0), (0.1013, 0)], (0.8, 0.1, 0.1)),
    1: ([(0.1924, 0), (0.0908, 0.2987), (0.0908, 0.2987)], (0.8944, 0.0528, 0.0528)),
    2: ([(0.1715, 0.1013), (0.0815, 0.3697), (0.0815, 0.3697)], (0.5230, 0.2385, 0.2385)),
    19: ([(0.0269, 0.8539), (0.0131, 0.8975), (0.0131, 0.8975)], (0.7919, 0.1040, 0.1040)),
    20: ([(0, 0.8687), (0, 0.9079), (0, 0.9079)], (0.7928, 0.1036, 0.1036)),
    21: ([(0, 0.8820), (0.2987, 0.6386), (0.2987, 0.6386)], (0.8467, 0.0766, 0.0766)),
    40: ([(0.8687, 0.0578), (0.9079, 0.0523), (0.9079, 0.0523)], (0.7928, 0.1036, 0.1036)),
}
VOTES = {0: "333", 1: "344", **dict.fromkeys(range(2, 21), "444"), 21: "433"}


def test_bonds_in_a_server_that_are_reset_grow_anew(chain):
    crowd = scenario(chain, [8, 1, 1, 0, 0])
    for epoch in range(41):
        vote(crowd, VOTES.get(epoch, "333"))
        if epoch == 20:
            for uid in range(crowd.n):
                row = crowd.sub.bonds[ONE, uid]
                crowd.sub.bonds[ONE, uid] = tuple(pair for pair in row if pair[0] != 3)
        crowd.next_epoch()
        if epoch in RESET_SEEN:
            ensure(crowd, *RESET_SEEN[epoch])


def test_liquid_alpha_between_equal_bounds_is_the_plain_one(chain):
    crowd = scenario(chain, [8, 1, 1, 0, 0])
    crowd.sub.alpha_values[ONE] = ALL // 10, ALL // 10
    crowd.sub.bonds_moving_average[ONE] = 900_000
    vote(crowd, "334")
    found = []
    for liquid in (True, False):
        with chain.runtime.state.discarded():
            crowd.sub.liquid_alpha_on[ONE] = liquid
            crowd.next_epoch()
            found.append([crowd.bond(uid, server) for uid in range(3) for server in (3, 4)])
    assert all(abs(a - b) < WITHIN * ALL for a, b in zip(*found, strict=True))
