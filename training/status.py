"""Show a run from the chain alone.  Needs no torch."""

from __future__ import annotations

from pathlib import Path
from typing import TypedDict

from rich.console import Console
from rich.table import Table

from pysubtensor.frame.crypto import ss58_encode
from pysubtensor.pallets.training.types import Member, Role, Standing
from pysubtensor.training.chain.link import RemoteChain
from pysubtensor.training.chain.view import ChainView
from pysubtensor.training.plot import RoundFacts, RunPlot, add_held_back, draw, rounds_of
from pysubtensor.training.progress import events


def view_of(url: str, run: int) -> ChainView:
    """Connect to a node and view a run.  Errors: LinkError, also when there is no such run."""
    return ChainView(RemoteChain(url), run)


class MemberStatus(TypedDict):
    """How a member stands; amounts in rao."""

    account: str
    role: str
    standing: str
    bond: int
    tokens: int
    credit: int
    endpoint: str


class RoundStatus(TypedDict):
    """What came of a round."""

    round: int
    loss: float
    committed: int
    joined: int
    bytes: int
    void: bool
    guilty: list[str]


class RunStatus(TypedDict):
    """How a run stands."""

    run: int
    block: int
    status: str
    round: int
    phase: str | None
    blocks_left: int | None
    final_round: int
    state_root: str
    members: list[MemberStatus]
    rounds: list[RoundStatus]


def describe(view: ChainView) -> RunStatus:
    """The status of a run, as `--json` prints it."""
    run, state = view.run, view.newest
    return {
        "run": int(view.id),
        "block": int(view.now),
        "status": run.status.name.lower(),
        "round": int(run.round),
        "phase": None if state is None else state.phase.name.lower(),
        "blocks_left": None if state is None else max(int(state.ends) - view.now, 0),
        "final_round": int(run.final_round),
        "state_root": "0x" + run.state_root.hex(),
        "members": [_member(who, member) for who, member in view.members()],
        "rounds": [_round(each) for each in rounds_of(view)],
    }


def _member(who: bytes, member: Member) -> MemberStatus:
    return {
        "account": ss58_encode(who),
        "role": member.role.name.lower(),
        "standing": member.standing.name.lower(),
        "bond": int(member.bond),
        "tokens": int(member.tokens),
        "credit": int(member.credit),
        "endpoint": member.endpoint.decode(errors="replace"),
    }


def _round(facts: RoundFacts) -> RoundStatus:
    losses = facts.losses.values()
    return {
        "round": facts.number,
        "loss": round(sum(losses) / len(losses), 4),
        "committed": len(facts.losses),
        "joined": facts.contributors,
        "bytes": facts.bytes,
        "void": facts.void,
        "guilty": facts.guilty,
    }


def show(view: ChainView, console: Console) -> None:
    """Print the status of a run as tables."""
    found = describe(view)
    phase = (
        "" if found["phase"] is None else f", {found['phase']}, {found['blocks_left']} blocks left"
    )
    console.print(f"run {found['run']}: {found['status']}, round {found['round']}{phase}")
    console.print(f"parameters {found['state_root']}", highlight=False)
    workers = sum(1 for who in view.active(Role.WORKER))
    members = Table(
        title=f"{workers} workers and {len(view.active(Role.VALIDATOR))} validators take part"
    )
    for name in ("account", "role", "standing", "bond, TAO", "tokens", "credit"):
        members.add_column(name)
    for each in found["members"]:
        standing = each["standing"] if each["standing"] != Standing.ACTIVE.name.lower() else ""
        bond = f"{each['bond'] / 10**9:g}"
        members.add_row(
            each["account"],
            each["role"],
            standing,
            bond,
            f"{each['tokens']:,}",
            str(each["credit"]),
        )
    console.print(members)
    console.print(rounds_table(found["rounds"]))


def rounds_table(rounds: list[RoundStatus]) -> Table:
    """The rounds that the chain keeps."""
    table = Table(title="rounds")
    for name in ("round", "loss", "committed", "joined", "bytes", ""):
        table.add_column(name)
    for each in rounds:
        remarks = ["void"] if each["void"] else []
        remarks += [f"{who} found guilty" for who in each["guilty"]]
        table.add_row(
            str(each["round"]), f"{each['loss']:.4f}", str(each["committed"]), str(each["joined"]),
            f"{each['bytes']:,}", ", ".join(remarks),
        )  # fmt: skip
    return table


def plot(view: ChainView, path: Path, member_dir: Path | None = None) -> None:
    """Draw the run; a validator's `member_dir` adds the loss on held-back text."""
    found = rounds_of(view)
    if member_dir is not None:
        add_held_back(found, events(member_dir))
    draw(path, RunPlot(found, view.layout.size))
