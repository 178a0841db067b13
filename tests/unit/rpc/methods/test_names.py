"""Each RPC method is named by a test."""

from __future__ import annotations

from pysubtensor.rpc.methods.all import namespaces
from pysubtensor.rpc.server.namespace import Table
from tests.naming import is_named, sources_of_tests


def test_every_method_is_named_by_a_test() -> None:
    sources = sources_of_tests()
    assert not [name for name in Table(namespaces()) if not is_named(name, sources)]


def test_a_method_without_a_test_is_found() -> None:
    assert is_named("system_planted", ("call('system_planted')",))
    assert not is_named("system_plant", ("call('system_planted')",))
