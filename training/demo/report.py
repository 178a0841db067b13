"""What came of the demo: who took part, what was expected and what was seen, and a picture."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table

from pysubtensor.client.addresses import account
from pysubtensor.frame.primitives import RAO_PER_TAO
from pysubtensor.pallets.training.payload import size_of
from pysubtensor.pallets.training.types import Member
from pysubtensor.training.demo import scenes
from pysubtensor.training.demo.play import Play
from pysubtensor.training.demo.stage import DemoNetwork
from pysubtensor.training.export import Verifier
from pysubtensor.training.plot import RunPlot, add_held_back, draw, rounds_of, short

Row = tuple[str, str, str]


class Missing(RuntimeError):
    """Something that must happen did not."""


def people(play: Play) -> Table:
    """Everybody, and what became of them."""
    table = Table(title=f"run {play.run}: who took part")
    numbers = ("rounds", "tokens", "credit", "bond, TAO", "sent, KB")
    for title in ("who", "role", "does", *numbers, "in the end"):
        table.add_column(title, justify="right" if title in numbers else "left")
    for part in play.company.parts:
        member = play.members.get(part.name)
        if member is not None:
            sent = sum(each["bytes"] for each in play.watch.what(part.name, "sent")) / 1e3
            table.add_row(
                part.name, member.role.name.lower(), part.what,
                str(len(play.watch.joined(part.name))), f"{member.tokens:,}", f"{member.credit:,}",
                f"{member.bond / RAO_PER_TAO:g}", f"{sent:.1f}", _end_of(play, part.name, member),
            )  # fmt: skip
    return table


def _end_of(play: Play, name: str, member: Member) -> str:
    """What became of somebody."""
    if play.watch.guilty(name):
        return "slashed, out"
    if play.watch.view.member(account(name)) is None:
        return "left with its bond"
    return member.standing.name.lower()


def what_happened(plays: tuple[Play, ...], more: list[Row]) -> list[Row]:
    """What was to happen, what was expected of it, and what was seen; empty if it was not."""
    rows = [
        (scene.title, scene.expected, play.seen.get(scene.title, ""))
        for play in plays
        for scene in play.scenes
    ]
    for play in plays:
        for scene in scenes.ALWAYS:
            found = scene.check(play.watch)
            seen = "" if found is None else found.text
            rows.append((f"{scene.title}, run {play.run}", scene.expected, seen))
    return [*rows, *more]


def together(*plays: Play) -> Row:
    """Whether the runs went on at the same time, with different k."""
    begun = [[int(state.started) for _, state in play.watch.over()] for play in plays]
    first, last = max(each[0] for each in begun), min(each[-1] for each in begun)
    during = [sum(1 for block in each if first <= block <= last) for each in begun]
    kept = [int(play.watch.view.terms.codec.k) for play in plays]
    sizes = [size_of(play.watch.view.layout) for play in plays]
    seen = (
        f"k = {kept[0]} and {kept[1]}, payloads of {sizes[0]:,} and {sizes[1]:,} bytes; "
        f"{during[0]} and {during[1]} rounds began in blocks {first} to {last}"
    )
    good = min(during) > 1 and kept[0] != kept[1]
    return ("two runs at once on one subnet", "each at its own pace", seen if good else "")


def verified(play: Play) -> Row:
    """Repeat a run from what was exported of it, alone.  Errors: Mismatch."""
    play.exporter.go_on()
    found = Verifier(play.exporter.folder).check()
    seen = f"{found.rounds} rounds, {found.payloads} payloads, {found.signatures} attestations"
    return (
        f"run {play.run} repeated without the chain", "every root is found again",
        seen if found.payloads else "",
    )  # fmt: skip


def story_of(play: Play) -> RunPlot:
    """What is drawn of a run."""
    facts, watch = rounds_of(play.watch.view), play.watch
    validator = play.company.names(validate=True)[0]
    add_held_back(facts, watch.log_lines(validator))
    size, kept = watch.view.layout.size, watch.view.terms.codec.k
    return RunPlot(
        facts,
        size,
        title=f"run {play.run}: {size:,} parameters, {kept} of each 4,096 values are sent",
        names={
            short(account(part.name)): f"{part.name} ({part.what})" for part in play.company.parts
        },
        notes=play.notes,
    )


def finish(stage: DemoNetwork, plays: tuple[Play, ...], picture: Path) -> None:
    """Export, verify, draw, and say what came of it.  Errors: Mismatch; Missing."""
    for play in plays:
        play.watch.view.look()
    more = [together(*plays), *map(verified, plays)]
    draw(picture, *map(story_of, plays))
    rows = what_happened(plays, more)
    for play in plays:
        stage.console.print(people(play))
    stage.console.print(_table(rows))
    view = plays[0].watch.view
    payload, dense = size_of(view.layout), 4 * view.layout.size
    stage.say(
        f"a payload of run 0 is {payload:,} bytes, {dense / payload:.1f} times less than fp32"
    )
    stage.say(f"picture: {picture}")
    ensure_seen(rows)


def ensure_seen(rows: list[Row]) -> None:
    """Errors: Missing."""
    missing = [title for title, _, seen in rows if not seen]
    if missing:
        raise Missing(f"not seen: {'; '.join(missing)}")


def _table(rows: list[Row]) -> Table:
    table = Table(title="what had to happen", show_lines=True, expand=True)
    for title, ratio in (("what", 3), ("expected", 3), ("seen", 5)):
        table.add_column(title, ratio=ratio)
    for title, expected, seen in rows:
        table.add_row(title, expected, seen or "NOT SEEN")
    return table
