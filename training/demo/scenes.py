"""What must happen in the demo, and how one sees that it did.

A check looks at a run and says what it saw; None as long as that is not what must happen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from pysubtensor.client.addresses import account
from pysubtensor.frame.primitives import RAO_PER_TAO, AccountId
from pysubtensor.pallets.training.payload import Malformed, Payload, decode, size_of
from pysubtensor.pallets.training.payload.numbers import ONE
from pysubtensor.pallets.training.scoring import attested
from pysubtensor.pallets.training.types import Ground, Standing, Verdict
from pysubtensor.training.demo import cast
from pysubtensor.training.demo.watch import PublicReplica, RunObserver, name_of
from pysubtensor.training.files import file_names


class Seen(NamedTuple):
    """What was seen of something."""

    round: int
    """Where it began, or 0 for all."""
    text: str


class Scene(NamedTuple):
    """Something that must happen."""

    title: str
    expected: str
    check: Callable[[RunObserver], Seen | None]
    note: str = ""
    """What the picture says of it; empty if the play itself notes what it does."""


# -- the run with audits --------------------------------------------------------------------------


def joins_late(watch: RunObserver) -> Seen | None:
    """The late joiner takes part with the parameters that all have."""
    began = watch.joined(cast.DAN)
    if not began or began[0][0] == 1:
        return None
    number, state = began[0]
    said = _began_with(watch, cast.DAN, number)
    if said != [state.state_before.hex()]:
        return None
    return Seen(number, f"first update in round {number}, from the chain's root {_short(said[0])}")


def comes_back(watch: RunObserver) -> Seen | None:
    """Whoever lost everything is back with the same bits."""
    if "back" not in watch.marks:
        return None
    for number, state in watch.joined(cast.BEN, watch.marks["back"]):
        said = _began_with(watch, cast.BEN, number)
        way = PublicReplica(watch)
        way.reach(state.state_before, number)
        if said[-1:] == [state.state_before.hex()] and way.checkpoint is not None:
            since = f" and the aggregate of {_listed(way.rounds)}" if way.rounds else ""
            return Seen(
                number,
                f"killed in round {watch.marks['killed']}; in round {number} from the checkpoint "
                f"after round {way.checkpoint}{since} to the chain's root {_short(said[-1])}",
            )
    return None


def is_slashed_for_training(watch: RunObserver) -> Seen | None:
    """The lazy worker is found by an audit, judged by a jury, and pays."""
    found = _accused(watch, cast.CLEO, Ground.TRACE)
    if found is None:
        return None
    number, verdict = found
    return Seen(
        number,
        f"round {number}: {name_of(verdict.accuser)} repeats stride {verdict.index + 1} of 3 and "
        f"accuses, a jury agrees; it loses {_tao(verdict.slashed)}",
    )


def leaves(watch: RunObserver) -> Seen | None:
    """Whoever leaves takes its whole bond along."""
    member, log_lines = watch.view.member(account(cast.ADA)), watch.what(cast.ADA, "left")
    if not log_lines or watch.guilty(cast.ADA):
        return None
    if member is None:
        return Seen(0, "left, and has its bond back")
    if member.standing is not Standing.LEAVING or not member.bond:
        return None
    return Seen(0, f"left with {_tao(member.bond)}, free from block {member.until} on")


# -- the run without --------------------------------------------------------------------------


def is_late_once(watch: RunObserver) -> Seen | None:
    """What came too late is not lost: the next update begins with a buffer that has it."""
    log_lines = watch.what(cast.HAL, "late")
    back = [each["round"] for each in watch.what(cast.HAL, "taken back")]
    if not log_lines or log_lines[0]["round"] not in back:
        return None
    missed, hal = log_lines[0]["round"], account(cast.HAL)
    for number, state in watch.over():
        if number == missed and hal in state.committed:
            return None
        said = watch.view.commitment(number, hal) if number > missed else None
        if said is not None:
            same = said.error_old.hex() == log_lines[0]["buffer"]
            seen = (
                f"no commitment in round {missed}; that of round {number} begins with the error "
                f"buffer of root {_short(said.error_old.hex())}, which has all of it"
            )
            return Seen(missed, seen) if same else None
    return None


def cannot_claim(watch: RunObserver) -> Seen | None:
    """The chain refuses the hashes of another's commitment."""
    refused = watch.what(cast.KIT, "refused")
    copied = [each["round"] for each in refused if each["why"] == "Training.CopiedCommitment"]
    if not copied or watch.what(cast.KIT, "robbed"):
        return None
    return Seen(copied[0], f"round {copied[0]}: CopiedCommitment")


def cannot_replay(watch: RunObserver) -> Seen | None:
    """Another's bytes under one's own name are no payload, for they say whose they are."""
    kit, layout = account(cast.KIT), watch.view.layout
    for number, state in watch.over():
        if kit not in state.committed or kit in attested(state) or state.attestation is None:
            continue
        name = file_names.payload(watch.view.id, number, kit)
        data = watch.library.fetch(watch.view, name, size_of(layout), kit)
        try:
            decode(data or b"", watch.view.payload_id(number, kit), layout)
        except Malformed as error:
            why = f"{type(error).__name__}: {error}"
            return Seen(number, f"round {number}: not attested ({why})")
    return None


def gains_nothing_by_copying(watch: RunObserver) -> Seen | None:
    """A copy that is encoded anew is found by the validator."""
    kit = account(cast.KIT)
    for log_lines in watch.what(cast.VIC, "scored"):
        number = log_lines["round"]
        if kit.hex()[:8] in log_lines["copies"] and _is_last(watch.ratings(number), kit):
            return Seen(number, f"round {number}: seen to be a copy, rated 0")
    return None


def is_clipped(watch: RunObserver) -> Seen | None:
    """Noise is cut to the median length, makes the loss worse when tried, and is rated nothing."""
    gus = account(cast.GUS)
    for number, state in watch.joined(cast.GUS):
        medians = {each.worker: each.loss for each in state.medians}
        times = _length(watch, number, gus)
        if times < 10 or medians.get(gus, 0) >= 0 or not _is_last(watch.ratings(number), gus):
            continue
        if not _is_last(watch.weights(), gus):
            continue
        return Seen(
            number,
            f"round {number}: {times:.0f} times as long as the median, cut to it; "
            f"score {medians[gus] / ONE:.3f}, rated 0, no weight on the subnet",
        )
    return None


def is_left_out(watch: RunObserver) -> Seen | None:
    """What is withheld is not attested, not joined, and counted."""
    wim = account(cast.WIM)
    member, log_lines = watch.view.member(wim), watch.what(cast.WIM, "withheld")
    misses = 0 if member is None else int(member.misses)
    for number, state in watch.over():
        if wim not in state.committed or state.attestation is None or not log_lines or not misses:
            continue
        if wim not in attested(state) and wim not in state.contributors:
            bits = format(state.attestation.available[0], "b")[::-1].ljust(
                len(state.committed), "0"
            )
            return Seen(
                number,
                f"round {number}: bit {state.committed.index(wim)} of {bits} is 0; "
                f"misses in a row: {misses}",
            )
    return None


def is_undone(watch: RunObserver) -> Seen | None:
    """A wrong aggregate costs its poster the bond, and the round is undone."""
    found = _accused(watch, cast.MAX, Ground.AGGREGATE)
    if found is None:
        return None
    number, verdict = found
    undone = watch.view.round(number)
    after = [(n, s) for n, s in watch.over() if n > number and not s.void and s.contributors]
    if undone is None or not undone.void or not after:
        return None
    following, state = after[0]
    if state.state_before != undone.state_before:
        return None
    return Seen(
        number,
        f"round {number}: {name_of(verdict.accuser)} proves chunk {verdict.index} wrong on the "
        f"chain; {_tao(verdict.slashed)} lost, round {following} begins where {number} did",
    )


# -- at the end -----------------------------------------------------------------------------------


def are_alike(watch: RunObserver) -> Seen | None:
    """All members logged the chain's root of each round that they trained or scored."""
    log_lines = 0
    for name in _members(watch):
        for each in watch.log_lines(name):
            if each["what"] not in ("trained", "scored"):
                continue
            state = watch.view.round(each["round"])
            if state is not None and state.state_before.hex() != each["state"]:
                return None
            log_lines += 1
    return Seen(0, f"told {log_lines} times, always equal") if log_lines else None


def spares_the_honest(watch: RunObserver) -> Seen | None:
    """Nobody was found guilty who did nothing wrong."""
    cheats = (cast.CLEO, cast.MAX)
    guilty = [name for name in _members(watch) if name not in cheats and watch.guilty(name)]
    audited = [each for name in _members(watch) for each in watch.what(name, "audited")]
    innocent = [each for each in audited if not each["guilty"]]
    if guilty:
        return None
    alike = sum(1 for each in innocent if each["distance"] == 0)
    strides = f"; {alike} of {len(innocent)} strides repeated bit for bit" if innocent else ""
    return Seen(0, "nobody" + strides)


def learns(watch: RunObserver) -> Seen | None:
    """The loss on text that nobody trained on falls."""
    validators = [name for name in _members(watch) if watch.what(name, "scored")]
    losses = [each["loss"] for each in watch.what(validators[0], "scored")] if validators else []
    if len(losses) < 2 or losses[-1] > losses[0] - 0.1:
        return None
    return Seen(0, f"{losses[0]:.3f} to {losses[-1]:.3f} in {len(losses)} rounds")


HONEST: Final = (
    Scene("//Dan joins late", "takes part with the same parameters", joins_late),
    Scene(
        "//Ben is killed, its disk lost; it comes back",
        "from an anchored checkpoint and the aggregates since, to the same bits",
        comes_back,
        "//Ben has the same bits again",
    ),
    Scene(
        "//Cleo trains 10 of 15 steps, and says 15",
        "audited, accused, loses its bond",
        is_slashed_for_training,
        "//Cleo trains 10 of 15 steps: an audit finds it",
    ),
    Scene("//Ada leaves", "with its whole bond", leaves),
)
EARLY: Final = (
    Scene(
        "//Hal is late once",
        "misses the round, loses no work",
        is_late_once,
        "//Hal is late, and takes its update back into its error buffer",
    ),
    Scene(
        "//Kit claims another's commitment",
        "refused by the chain",
        cannot_claim,
        "//Kit claims another's commitment: refused",
    ),
    Scene(
        "//Kit sends another's bytes",
        "they name their worker: left out",
        cannot_replay,
        "//Kit sends another's bytes: left out",
    ),
    Scene(
        "//Kit encodes another's update anew",
        "found out by the validator, rated 0",
        gains_nothing_by_copying,
        "//Kit encodes another's update anew: rated 0",
    ),
    Scene(
        "//Gus sends noise",
        "clipped, scored below 0, no weight",
        is_clipped,
        "//Gus sends noise: clipped, rated 0",
    ),
    Scene(
        "//Wim withholds its payload",
        "not attested, not joined, a miss",
        is_left_out,
        "//Wim withholds its payload: left out",
    ),
)
LATE: Final = (
    Scene(
        "//Max posts a wrong aggregate",
        "disproved on the chain, undone, loses its bond",
        is_undone,
        "//Max posts a wrong aggregate: disproved, the round undone",
    ),
)
ALWAYS: Final = (
    Scene("parameters of all members", "the chain's root in every round", are_alike),
    Scene("honest members found guilty", "nobody", spares_the_honest),
    Scene("loss on held-back text", "falls", learns),
)


# -- helpers --------------------------------------------------------------------------------------


def _short(root: str) -> str:
    return root[:8] + "…"


def _began_with(watch: RunObserver, name: str, number: int) -> list[str]:
    """The roots of parameters that somebody said it began a round with."""
    return [each["state"] for each in watch.what(name, "trained") if each["round"] == number]


def _accused(watch: RunObserver, name: str, ground: Ground) -> tuple[int, Verdict] | None:
    """The round and the verdict of somebody whom a member accused of that, and who was guilty."""
    found = watch.guilty(name)
    if found is None or found[1].ground is not ground or found[1].accuser is None:
        return None
    return found


def _listed(numbers: list[int]) -> str:
    return " and ".join(str(number) for number in sorted(numbers))


def _tao(rao: int) -> str:
    return f"{rao / RAO_PER_TAO:g} TAO"


def _members(watch: RunObserver) -> list[str]:
    """Everybody who is, or was, in the run."""
    committed = {who for _, state in watch.over() for who in state.committed}
    there = {who for who, _ in watch.view.members()}
    return sorted(name_of(who) for who in committed | there)


def _is_last(ratings: list[dict[AccountId, int]], who: AccountId) -> bool:
    """Whether all validators rate a worker 0, and others more."""
    return bool(ratings) and all(each.get(who, 0) == 0 < max(each.values()) for each in ratings)


def _length(watch: RunObserver, number: int, who: AccountId) -> float:
    """How long an update is, in medians of all that were joined."""
    state = watch.view.round(number)
    joined = () if state is None else state.contributors
    sent = {each: watch.library.payload(watch.view, number, each) for each in joined}
    lengths = {each: _norm(payload) for each, payload in sent.items() if payload is not None}
    if who not in lengths:
        return 0.0
    ranked = sorted(lengths.values())
    return lengths[who] / max(ranked[(len(ranked) - 1) // 2], 1.0)


def _norm(payload: Payload) -> float:
    """The length of a whole update; norms of tensors are what the median is of."""
    return float(sum(part.head.norm**2 for part in payload.parts) ** 0.5)
