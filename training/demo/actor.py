"""The process of a worker that cheats: as `pysubtensor train join`, with what it does in front."""

from __future__ import annotations

import argparse
from pathlib import Path

from pysubtensor.training.demo.cast import CHEATS
from pysubtensor.training.files.file_store import as_url
from pysubtensor.training.processes import MemberOptions, run_worker


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m pysubtensor.training.demo.actor", description=__doc__
    )
    parser.add_argument("does", choices=CHEATS)
    parser.add_argument("run", type=int)
    for option in ("--from", "--store", "--home", "--url", "--key"):
        parser.add_argument(option, required=True)
    given = vars(parser.parse_args())
    places = as_url(given["from"]), as_url(given["store"]), Path(given["home"])
    run_worker(
        MemberOptions(given["url"], given["run"], given["key"], *places), CHEATS[given["does"]]
    )


if __name__ == "__main__":
    main()
