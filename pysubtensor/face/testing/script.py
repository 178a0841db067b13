"""Replay scripts: what a machine did, again, on a node and with an unmodified client.

It needs `async-substrate-interface` and `bittensor-wallet`, which come with bittensor.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pysubtensor.client.addresses import development_name
from pysubtensor.face.testing.recording import Mined, ReadCheck, Sent
from pysubtensor.frame.call import Call
from pysubtensor.frame.codec.scale import Codec
from pysubtensor.frame.crypto import ss58_decode, ss58_encode
from pysubtensor.frame.origin import Id
from pysubtensor.frame.primitives import AccountId
from pysubtensor.genesis import ChainSpec, preset
from pysubtensor.rpc.encoding.values import to_json
from pysubtensor.runtime.chain import Constants
from pysubtensor.runtime.runtime import Runtime

_ADDRESS: Final = re.compile("'(5[1-9A-Za-z]{47})'")
_HEAD: Final = '''\
"""{title}

    {command}
    python THIS_SCRIPT.py ws://127.0.0.1:9944

on a new chain, with async-substrate-interface and bittensor-wallet installed (bittensor has both).
"""

import sys

from async_substrate_interface import SubstrateInterface
from bittensor_wallet import Keypair

node = SubstrateInterface(sys.argv[1], ss58_format=42)
key = Keypair.create_from_uri


def call(pallet, function, **params):
    return node.compose_call(pallet, function, params)


def mine(count=1):
    for _ in range(count):
        node.rpc_request("dev_newBlock", [])


def submit(who, pallet, function, **params):
    node.submit_extrinsic(node.create_signed_extrinsic(call(pallet, function, **params), key(who)))
    mine()


'''
_CHECK: Final = """\

# What the check read of the state, as the machine had it.
CHECKS = {{
{checks}
}}
keys = [name.split()[1] for name in CHECKS]
found = [node.rpc_request("state_getStorage", [each])["result"] for each in keys]
node.close()
for (name, value), here in zip(CHECKS.items(), found):
    if here != value:
        sys.exit(f"{{name}} is {{here}} here, and was {{value}}")
print("The chain is where the check failed.")
"""


def script(
    runtime: Runtime,
    spec: ChainSpec,
    done: Iterable[Sent | Mined],
    checks: Sequence[ReadCheck],
    title: str,
) -> str:
    """The text of a replay script; `title` says what fails at its end."""
    lines = [_line(runtime, each) for each in done]
    text = _HEAD.format(title=title, command=command(spec)) + "\n".join(lines) + "\n"
    if not checks:
        return text + "node.close()\n"
    shown = [f'    "{each.item} 0x{each.key.hex()}": {_hex(each.value)},' for each in checks]
    return text + _CHECK.format(checks="\n".join(shown))


def command(spec: ChainSpec) -> str:
    """The command that starts a node on a new chain with this specification."""
    words = ["pysubtensor dev --tmp --seal manual"]
    size = spec.genesis.mainnet_like
    if size is not None:
        words.append(
            f"--chain mainnet-like --subnets {size.subnets} --neurons {size.neurons} "
            f"--validators {size.validators} --seed {size.seed}"
        )
    elif spec.genesis != preset("dev").genesis or spec.raw is not None:
        words.append("--chain YOUR_SPECIFICATION.json")
    if spec.build.constants is not Constants.FAST:
        words.append(f"--constants {spec.build.constants.value}")
    return " ".join(words)


def _line(runtime: Runtime, each: Sent | Mined) -> str:
    if isinstance(each, Mined):
        return f"mine({each.count})"
    return f"submit({each.signer!r}, {_arguments(runtime, each.call)})"


def _arguments(runtime: Runtime, call: Call) -> str:
    spec = runtime.calls.spec(call.pallet, call.name)
    shown = [repr(call.pallet), repr(call.name)]
    for (name, _), codec, value in zip(spec.arguments, spec.codecs, call.args, strict=True):
        shown.append(f"{name}={_value(runtime, codec, value)}")
    return ", ".join(shown)


def _value(runtime: Runtime, codec: Codec, value: object) -> str:
    if isinstance(value, Call):
        return f"call({_arguments(runtime, value)})"
    if isinstance(value, Id):
        text = repr(ss58_encode(value.account))
    else:
        text = repr(value if isinstance(value, int) else to_json(codec, value))
    return _ADDRESS.sub(_named, text)


def _named(address: re.Match[str]) -> str:
    """An address as its development key, if it has one."""
    name = development_name(AccountId(ss58_decode(address[1])[0]))
    return address[0] if name is None else f"key({name!r}).ss58_address"


def _hex(value: bytes | None) -> str:
    return "None" if value is None else f'"0x{value.hex()}"'
