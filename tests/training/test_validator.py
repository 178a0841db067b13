"""What a validator makes of updates."""

import numpy as np
import orjson

from pysubtensor.frame.primitives import AccountId
from pysubtensor.pallets.training.payload import Layout, PayloadId, compress
from pysubtensor.training.roles.validator import TOP, LossTrial, Ratings, copied, overlap

LAYOUT = Layout([(128, 128), (1, 30)], 64)
ADA, BEN, CLEO = (AccountId(bytes((n,)) * 32) for n in (1, 2, 3))


def payload(seed: int, who: AccountId, noise: float = 0.0):
    rng = np.random.default_rng(seed)
    other = np.random.default_rng(99)
    values = [
        (rng.normal(0, 1e6, shape) + noise * other.normal(0, 1e6, shape)).astype(np.int32)
        for shape in ((t.chunks, t.chunk_length) for t in LAYOUT.tensors)
    ]
    return compress(PayloadId(0, 1, who), LAYOUT, values)


def test_honest_updates_share_few_positions():
    assert overlap(payload(1, ADA), payload(2, BEN)) < 0.05
    assert overlap(payload(1, ADA), payload(1, BEN)) == 1.0


def test_the_later_of_two_equal_updates_is_the_copy():
    listed = [(ADA, payload(1, ADA)), (BEN, payload(2, BEN)), (CLEO, payload(1, CLEO, 0.02))]
    assert copied(listed) == {CLEO}
    assert copied(listed[::-1]) == {ADA}


def test_better_updates_are_rated_higher():
    ratings = Ratings()
    for _ in range(6):
        trials = {ADA: LossTrial(0.3, 0.2), BEN: LossTrial(0.2, 0.1), CLEO: LossTrial(-0.1, -0.2)}
        found = ratings.update(trials, set())
    assert found[ADA] == TOP
    assert TOP > found[BEN] > 0
    assert found[CLEO] == 0


def test_who_did_not_train_on_its_own_text_falls_behind():
    ratings = Ratings()
    for _ in range(20):
        found = ratings.update({ADA: LossTrial(0.3, 0.2), BEN: LossTrial(0.1, 0.2)}, set())
    assert found[BEN] < found[ADA] / 2


def test_a_copy_is_worth_nothing():
    assert Ratings().update({ADA: LossTrial(0.2, 0.1), BEN: LossTrial(0.2, 0.1)}, {BEN})[BEN] == 0


def test_ratings_outlast_the_process():
    one, two = Ratings(), Ratings()
    trials = {ADA: LossTrial(0.3, 0.2), BEN: LossTrial(0.2, 0.1)}
    one.update(trials, set())
    two.load(orjson.loads(orjson.dumps(one.to_json())))
    assert two.update(trials, set()) == one.update(trials, set())


def test_nobody_to_rate():
    assert Ratings().update({}, set()) == {}
