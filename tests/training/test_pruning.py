"""Members that delete what nobody can ask about any more."""

from dataclasses import replace

import pytest

from pysubtensor.training.files.file_store import FileStore, FileStoreError
from pysubtensor.training.roles.pruning import PruneDuty
from tests.training.fleet import RULES


def test_folders_are_listed_and_deleted(tmp_path):
    place = FileStore((tmp_path / "store").as_uri())
    assert place.numbers("0") == []
    for name in ("0/9/a", "0/10/b", "0/10/c", "0/x/d", "1/7/e"):
        place.put(name, b"data")
    assert place.numbers("0") == [9, 10]
    place.delete("0/10")
    assert place.get("0/10/b", 9) is place.get("0/10/c", 9) is None
    assert place.get("0/9/a", 9) == place.get("1/7/e", 9) == b"data"
    assert place.numbers("0") == [9]
    place.delete("0/10")


class Watched(PruneDuty):
    """Fails at first."""

    broken = True

    def tick(self) -> bool:
        place = self.member.library.own
        if self.broken:
            self.member.library.own = Unusable(place.url)
        try:
            return super().tick()
        finally:
            self.member.library.own = place


class Unusable(FileStore):
    """Lists nothing."""

    def numbers(self, folder: str) -> list[int]:
        raise FileStoreError(f"{self.url} is away")


def test_what_the_chain_forgot_is_deleted_but_for_checkpoints(fleet_of):
    rules = replace(RULES, challenge=5, response=5, keep_rounds=8, checkpoint_every=5)
    fleet = fleet_of(workers=2, rules=rules)
    member = fleet.members["//W0"]
    duty = Watched(member, 2)
    member.duties.append(duty)
    fleet.until(lambda: fleet.view.run.oldest >= 5, 900)
    assert fleet.heard("cannot tidy up")
    assert member.library.own.numbers("0")[0] == 1
    duty.broken = False
    fleet.until(lambda: fleet.view.run.oldest >= 8, 900)
    fleet.step()
    left = member.library.own.numbers("0")
    checkpoints = {int(each.round) for each in fleet.view.checkpoints()}
    assert 5 in checkpoints
    assert [number for number in left if number < fleet.view.run.oldest - 2] == [5]
    assert fleet.members["//W1"].library.own.numbers("0")[0] == 1
    late = fleet.add_worker("//W7")
    fleet.play(2)
    assert fleet.roots() == {fleet.view.run.state_root}
    assert late.member.replica.before(int(fleet.view.run.round))


@pytest.mark.parametrize("keep", [None, 3])
def test_nothing_is_deleted_unless_one_is_told(keep, fleet_of):
    from pysubtensor.training.processes import MemberOptions

    member = fleet_of(workers=1, validators=0).members["//W0"]
    options = MemberOptions("ws://", 0, "//W0", "", "", member.member_dir, keep_rounds=keep)
    assert [duty.keep for duty in options.tidying(member)] == ([] if keep is None else [keep])
