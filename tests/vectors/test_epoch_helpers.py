"""The epoch's own scalar and matrix functions give the chain's bits, on their own."""

from pysubtensor.frame.fixed_point import I32F32
from pysubtensor.frame.transcendental import ln
from pysubtensor.pallets.subtensor.yuma import rows as matrix
from pysubtensor.pallets.subtensor.yuma import vectors
from pysubtensor.pallets.subtensor.yuma.liquid import Sigmoid, clamped_exp, difference
from pysubtensor.pallets.subtensor.yuma.vectors import ONE
from tests.vectors.records import records


def pairs(recorded):
    return [[tuple(entry) for entry in row] for row in recorded]


def listed(value):
    return [listed(each) for each in value] if isinstance(value, list | tuple) else value


def sigmoid(x, steepness, offset):
    """The logistic curve as the chain has it beside the one of liquid alpha."""
    exponent = I32F32.saturating_mul(-steepness, I32F32.saturating_sub(x, offset))
    return I32F32.safe_div(ONE, I32F32.saturating_add(clamped_exp(exponent), ONE))


def liquid_alpha(case):
    slope = I32F32.saturating_div(case["steepness"], I32F32.from_int(-100))
    curve = Sigmoid(case["alpha_low"], case["alpha_high"], slope)
    return curve.alpha(difference(case["consensus"], case["weight"], case["bond"]))


def test_scalars():
    for case in records("fixed")["epoch_scalar"]:
        x = case["x"]
        found = {
            "alpha_sigmoid": liquid_alpha(case),
            "exp_safe": clamped_exp(x),
            "fixed_proportion_to_u16": vectors.to_u16([case["consensus"]])[0],
            "safe_ln": ln(I32F32, x) or 0,
            "sigmoid_safe": sigmoid(case["consensus"], case["rho"], case["weight"]),
            "u16_proportion_to_fixed": vectors.from_u16(case["u16"]),
        }
        assert found == case["out"], case


def vector_results(case):
    """What is made of vectors alone."""
    x, stake, k = case["x"], case["stake"], case["k"]
    staked = zip(stake, vectors.among_highest(stake, k), strict=True)
    whole = [I32F32.from_int(value) for value in case["u16"]]
    return {
        "check_vec_max_limited": vectors.highest_share_within(case["u16"], case["max_limit"]),
        "is_topk": vectors.among_highest(x, k),
        "is_topk_nonzero": [high and each != 0 for each, high in staked],
        "max_upscale_big": vectors.upscaled_to_u16(case["big"]),
        "max_upscale_x": vectors.upscaled_to_u16(x),
        "normalize_x": vectors.normalize(x),
        "proportion_u16": vectors.to_u16(x),
        "u16_max_upscale": vectors.upscaled_to_u16(whole),
        "vec_mul": [I32F32.checked_mul(*each) or 0 for each in zip(x, stake, strict=True)],
        "vecdiv": [I32F32.safe_div(*each) for each in zip(x, stake, strict=True)],
    }


def matrix_results(case):
    """What is made of matrices."""
    n, x, stake, ratio = case["n"], case["x"], case["stake"], case["ratio"]
    a, b = pairs(case["a"]), pairs(case["b"])
    normal = matrix.normalize_rows(a)
    medians = matrix.column_medians(stake, normal, n, case["kappa"])
    clipped = matrix.clip_columns(normal, medians)
    return {
        "row_normalize_a": normal,
        "weighted_median_col": medians,
        "col_clip": clipped,
        "row_sum_clip": matrix.row_sums(clipped),
        "interpolate": matrix.interpolate(normal, clipped, n, ratio),
        "col_max_upscale_a": matrix.upscale_columns(a, n),
        "col_normalize_a": matrix.normalize_columns(a, n),
        "mat_ema": matrix.moving_average(a, b, ratio),
        "mat_ema_alpha": matrix.liquid_average(a, b, case["alpha"]),
        "mat_vec_mul": matrix.scale_columns(a, x),
        "matmul": matrix.column_sums(matrix.scale_rows(clipped, stake), n),
        "matmul_transpose": matrix.weighted_row_sums(a, x),
        "row_hadamard": matrix.scale_rows(normal, stake),
    }


def test_vectors_and_matrices():
    for case in records("fixed")["epoch_helpers"]:
        found = vector_results(case) | matrix_results(case)
        assert {name: listed(value) for name, value in found.items()} == case["out"], case
