"""Whether a wheel has each module of the checkout, and nothing outside of `pysubtensor/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pysubtensor"


def expected() -> set[str]:
    """Names in the wheel of all files that git has below the package and the folders it links."""
    found = set()
    for folder in [PACKAGE, *(each.resolve() for each in PACKAGE.iterdir() if each.is_symlink())]:
        inside = "" if folder == PACKAGE else f"{folder.name}/"
        listed = subprocess.run(
            ["git", "ls-files"], cwd=folder, check=True, capture_output=True, text=True
        )
        names = [each for each in listed.stdout.split() if not (folder / each).is_symlink()]
        found |= {f"pysubtensor/{inside}{each}" for each in names}
    return found


def complaints(wheel: Path) -> list[str]:
    """What is wrong with it."""
    with ZipFile(wheel) as opened:
        names = set(opened.namelist())
    info = "-".join(wheel.name.split("-")[:2]) + ".dist-info/"
    outside = sorted(each for each in names if not each.startswith(("pysubtensor/", info)))
    missing = sorted(expected() - names)
    return [f"not ours: {each}" for each in outside] + [f"missing: {each}" for each in missing]


if __name__ == "__main__":
    wrong = complaints(Path(sys.argv[1]))
    print("\n".join(wrong[:20]) or "the wheel has every module, and nothing else")
    sys.exit(bool(wrong))
