"""What needs Ethereum's libraries; runs in the environment that `install_peers.sh` makes.

.cache/peers/python/bin/python benches/ethereum.py sign COUNT         transfers, as a JSON list
.cache/peers/python/bin/python benches/ethereum.py eth-tester COUNT   its transfers a second
"""

from __future__ import annotations

import json
import sys
import time

KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""Public knowledge: the first account of Anvil and Hardhat."""
DEST = "0x00000000000000000000000000000000DEaDBeef"


def sign(key: str | bytes, count: int, chain_id: int) -> list[str]:
    """Transfers of one wei with nonces from 0."""
    from eth_account import Account  # type: ignore[import-not-found]
    from eth_utils import to_checksum_address  # type: ignore[import-not-found]

    fields = {
        "to": to_checksum_address(DEST.lower()),
        "value": 1,
        "gas": 21_000,
        "gasPrice": 3_000_000_000,
        "chainId": chain_id,
    }
    raws = [
        Account.sign_transaction({**fields, "nonce": nonce}, key).raw_transaction
        for nonce in range(count)
    ]
    return ["0x" + bytes(raw).hex() for raw in raws]


def eth_tester(count: int) -> float:
    """Transfers a second, each in a block of its own, in the same process."""
    from eth_tester import EthereumTester, PyEVMBackend  # type: ignore[import-not-found]

    tester = EthereumTester(PyEVMBackend())
    key = tester.backend.account_keys[0].to_bytes()
    raws = sign(key, count, 131_277_322_940_537)  # the identity of py-evm's test chain
    started = time.perf_counter()
    for raw in raws:
        tester.send_raw_transaction(raw)
    return count / (time.perf_counter() - started)


def main() -> None:
    """Do what the arguments say."""
    what, count = sys.argv[1], int(sys.argv[2])
    found = sign(KEY, count, 31_337) if what == "sign" else eth_tester(count)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
