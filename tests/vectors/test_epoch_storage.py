"""Epochs come out as the chain's also by way of storage."""

import pytest

from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.subtensor.epoch.run import run
from pysubtensor.pallets.subtensor.subnets.mechanisms import storage_index
from tests.subtensor_chain import ONE, Chain
from tests.vectors.records import records

SINGLE = {case["id"]: case for case in records("epoch")["cases"]}
JOINED = {case["id"]: case for case in records("epoch_mechanisms")["cases"]}
SETTINGS = {
    "tempo": "tempo",
    "activity_cutoff_factor_milli": "activity_cutoff_factor_milli",
    "last_mechanism_step_block": "last_mechanism_step_block",
    "last_epoch_block": "last_epoch_block",
    "pending_epoch_at": "pending_epoch_at",
    "blocks_since_last_step": "blocks_since_last_step",
    "subnet_epoch_index": "subnet_epoch_index",
    "reveal_period_epochs": "reveal_period_epochs",
    "commit_reveal_weights_enabled": "commit_reveal_enabled",
    "kappa": "kappa",
    "max_allowed_validators": "max_allowed_validators",
    "bonds_moving_average": "bonds_moving_average",
    "bonds_penalty": "bonds_penalty",
    "yuma3_on": "yuma3_on",
    "liquid_alpha_on": "liquid_alpha_on",
    "alpha_sigmoid_steepness": "alpha_sigmoid_steepness",
    "subnetwork_n": "n",
}
"""Names of storage items by subnet, and what they are recorded as."""
MOST = 2**64 - 1
CHAIN = Chain()
"""Left as it is: each case is taken back."""


def hotkey(uid):
    """The order of hotkeys is that of uids."""
    return AccountId((uid + 1).to_bytes(32, "big"))


def put_subnet(sub, given):
    CHAIN.at(given["current_block"])
    sub.networks_added[ONE] = True
    for item, name in SETTINGS.items():
        getattr(sub, item)[ONE] = given[name]
    sub.stake_threshold.put(given["stake_threshold"])
    sub.tao_weight.put(given["tao_weight"])
    sub.alpha_values[ONE] = given["alpha_low"], given["alpha_high"]
    sub.validator_permit[ONE] = tuple(map(bool, given["validator_permit"]))
    if given["owner_uid"] is not None:
        sub.subnet_owner_hotkey[ONE] = hotkey(given["owner_uid"])
    for uid in range(given["n"]):
        sub.keys[ONE, uid], sub.uids[ONE, hotkey(uid)] = hotkey(uid), uid
        sub.block_at_registration[ONE, uid] = given["block_at_registration"][uid]
        sub.total_hotkey_alpha[hotkey(uid), ONE] = min(given["alpha_stake"][uid], MOST)
        sub.total_hotkey_alpha[hotkey(uid), 0] = min(given["tao_stake"][uid], MOST)


def put_mechanism(sub, index, own, given):
    for item, rows in ((sub.weights, own["weights"]), (sub.bonds, own["bonds"])):
        for uid, row in rows:
            item[index, uid] = tuple(map(tuple, row))
    sub.last_update[index] = tuple(own["last_update"])
    for uid, queue in given["commits_v2"]:
        sub.weight_commits[index, hotkey(uid)] = tuple((bytes(32), *each, 0) for each in queue)
    for epoch, commits in given["commits_timelocked"]:
        sub.timelocked_weight_commits[index, epoch] = tuple(
            (hotkey(uid), block, b"", 0) for uid, block in commits
        )


def seen(sub, n, count, earned):
    return {
        "hotkey_emission": [list(each[1:]) for each in earned],
        "incentive": [list(sub.incentive[storage_index(ONE, m)]) for m in range(count)],
        "bonds": [
            [[list(pair) for pair in sub.bonds[storage_index(ONE, m), uid]] for uid in range(n)]
            for m in range(count)
        ],
        **{
            name: list(getattr(sub, name)[ONE])
            for name in (
                "active", "consensus", "dividends", "emission", "stake_weight", "validator_trust",
                "validator_permit",
            )
        },
    }  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_epoch_of_a_subnet(name):
    given, out = SINGLE[name]["input"], SINGLE[name]["output"]
    with CHAIN.runtime.state.discarded():
        put_subnet(CHAIN.sub, given)
        put_mechanism(CHAIN.sub, ONE, given, given)
        earned = run(CHAIN.sub, ONE, given["rao_emission"])
        wanted = {
            "hotkey_emission": [
                list(each)
                for each in zip(out["server_emission"], out["validator_emission"], strict=True)
            ],
            "incentive": [out["incentive"]],
            "bonds": [out["bonds"]],
            "validator_permit": out["new_validator_permit"],
        }
        found = seen(CHAIN.sub, given["n"], 1, earned)
        assert {key: wanted.get(key, out.get(key)) for key in found} == found


@pytest.mark.parametrize("name", JOINED)
def test_epochs_of_mechanisms(name):
    case = JOINED[name]
    given, out, count = case["input"], case["output"], case["mechanism_count"]
    with CHAIN.runtime.state.discarded():
        put_subnet(CHAIN.sub, given)
        CHAIN.sub.mechanism_count_current[ONE] = count
        split = case["emission_split"]
        CHAIN.sub.mechanism_emission_split[ONE] = None if split is None else tuple(split)
        for index, own in enumerate(case["mechanisms"]):
            put_mechanism(CHAIN.sub, storage_index(ONE, index), own, given)
        earned = run(CHAIN.sub, ONE, given["rao_emission"])
        wanted = {
            "hotkey_emission": [each[1:] for each in out["hotkey_emission"]],
            "incentive": [each["incentive"] for each in out["per_mechanism"]],
            "bonds": [each["bonds"] for each in out["per_mechanism"]],
        }
        found = seen(CHAIN.sub, given["n"], count, earned)
        assert {key: wanted.get(key, out.get(key)) for key in found} == found
