"""Which tests go to one worker when a run is spread over the cores (pytest-xdist, `loadgroup`).

The tests of a file stay together, for they share its fixtures; those of a foreign client do, for
they read the report of one process.
"""

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the group that keeps it beside those it shares something with."""
    for item in items:
        params = getattr(item, "callspec", None)
        client = params.params.get("client") if params else None
        name = getattr(client, "name", item.path.stem)
        item.add_marker(pytest.mark.xdist_group(name))
