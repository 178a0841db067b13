"""Tables of how other ways of training compare."""

import orjson
import pytest

from pysubtensor.training.lab.comparison_report import main, table_of_bounds, table_of_losses


def results(**ends: float) -> dict:
    """One curve for each method, for two seeds that lie a little apart."""
    return {
        f"{method.replace('_', '-')}/{seed}": {
            "curve": [(0, 5.5), (75, 3.0), (600, end + 0.01 * seed)],
            "bytes": 400 if "sparse" in method else 40_000,
        }
        for method, end in ends.items()
        for seed in (0, 1)
    }


def test_losses_are_means_over_the_seeds():
    text = table_of_losses(results(sparse_k64_h15=1.5, diloco_h15=1.4))
    assert "| sparse-k64-h15 | 600 | 2 | 1.505 (1.500 to 1.510) | 400 | 100.0 |" in text


@pytest.mark.parametrize(("end", "said"), [(1.41, "met"), (1.6, "**not met**")])
def test_bounds_that_are_not_met_are_said_to_be(end, said):
    text = table_of_bounds(results(sparse_k64_h15=end, diloco_h15=1.4))
    row = text.splitlines()[2]
    assert row.startswith("| k = 64 against DiLoCo, H = 15 | at most +5% |")
    assert row.endswith(f"| 2 | {said} |")


def test_without_error_feedback_it_must_be_worse():
    rows = results(no_feedback_k64_h15=1.5, sparse_k64_h15=1.5)
    assert "at least +8% | +0.0% | 2 | **not met** |" in table_of_bounds(rows)


def test_the_command_prints_and_draws(tmp_path):
    file = tmp_path / "curves.json"
    file.write_bytes(orjson.dumps(results(sparse_k64_h15=1.5, synchronous=1.2)))
    said: list[str] = []
    assert main([str(file), "--plot", str(tmp_path / "c.png")], said.append) == 0
    assert (tmp_path / "c.png").stat().st_size > 5_000
    assert "synchronous AdamW | at most +11% | +24.9% | 2 | **not met** |" in said[-1]


def test_bounds_may_be_of_a_step_on_the_way():
    found = results(sparse_k64_h15=1.5, garbage_no_clip_k64_h15=9.0)
    for each in found.values():
        each["curve"].insert(2, (300, 2.0))
    assert "not clipped, must hurt | at least +25% | +0.0% | 2 | **not met** |" in table_of_bounds(
        found
    )


def test_levels_are_absolute():
    found = results(sparse_k128_h15=2.0)
    for each in found.values():
        each["curve"].insert(2, (225, 2.6))
    rows = table_of_bounds(found).splitlines()[2:]
    assert [row.rsplit("|", 2)[1].strip() for row in rows] == ["met", "**not met**", "met"]
