"""Results recorded from the chain's own arithmetic, one JSON file per core."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("VECTORS_DIR", Path(__file__).parents[1] / "data" / "vectors"))


@cache
def records(core: str) -> Any:
    """Everything recorded of a core.  Raw bits beyond 64 bits are strings of digits there."""
    return json.loads((FOLDER / f"{core}.json").read_text())


def plain(record: dict[str, Any]) -> dict[str, Any]:
    """A record without the decimals that only repeat its bits for a reader."""
    return {name: value for name, value in record.items() if not name.endswith("_dec")}
