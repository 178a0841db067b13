"""py-substrate-interface: metadata V14 and the older RPC methods."""

from collections.abc import Callable
from typing import Any

from harness import Adapter, Event, Outcome, Refused, main
from substrateinterface import Keypair, SubstrateInterface
from substrateinterface.exceptions import SubstrateRequestException
from substrateinterface.storage import StorageKey


class Psi(Adapter):
    """`SubstrateInterface` over a WebSocket."""

    name = "psi"

    def connect(self, url: str) -> None:
        self.url = url
        # Metadata V14 says nothing of runtime APIs, and its own tables think money is a u128.
        registry = {"types": {"Balance": "u64"}}
        self.substrate = SubstrateInterface(url=url, type_registry=registry)

    def close(self) -> None:
        self.substrate.close()

    def refusal(self, reason: str) -> str:
        return f"1010 Invalid Transaction {reason}"

    def key(self, uri: str) -> Keypair:
        return Keypair.create_from_uri(uri)

    def runtime(self) -> dict[str, Any]:
        self.substrate.init_runtime()
        metadata = self.substrate.metadata
        return {
            "spec": self.substrate.runtime_version,
            "pallets": {p.value["name"]: p.value["index"] for p in metadata.pallets},
            "extensions": list(metadata.get_signed_extensions()),
        }

    def best(self) -> int:
        return int(self.substrate.get_block_number(None))

    def finalized(self) -> int:
        return int(self.substrate.get_block_number(self.substrate.get_chain_finalised_head()))

    def free(self, address: str, block_hash: str | None = None) -> int:
        account = self.substrate.query("System", "Account", [address], block_hash=block_hash)
        return int(account.value["data"]["free"])

    def constant(self, pallet: str, name: str) -> Any:
        return self.substrate.get_constant(pallet, name).value

    def accounts(self, page_size: int) -> list[str]:
        found = self.substrate.query_map("System", "Account", page_size=page_size)
        return [address.value for address, _ in found]

    def call(self, pallet: str, function: str, **arguments: Any) -> Any:
        return self.substrate.compose_call(pallet, function, arguments)

    def estimate(self, call: Any, signer: Keypair) -> int:
        info = self.substrate.get_payment_info(call, signer)
        return int(info["partialFee"])  # named in its own tables

    def nonce(self, address: str) -> int:
        return int(self.substrate.get_account_nonce(address))

    def submit(
        self,
        call: Any,
        signer: Keypair,
        *,
        nonce: int | None = None,
        era: dict[str, int] | None = None,
        signature: bytes | None = None,
    ) -> Outcome:
        extrinsic = self.substrate.create_signed_extrinsic(
            call, signer, nonce=nonce, era=era, signature=signature
        )
        try:
            receipt = self.substrate.submit_extrinsic(extrinsic, wait_for_finalization=True)
        except SubstrateRequestException as error:
            reason = error.args[0]
            text = f"{reason['code']} {reason['message']} {reason['data']}"
            raise Refused(text) from error
        assert receipt.finalized
        ok = bool(receipt.is_success)
        return Outcome(
            ok=ok,
            error=None if ok else receipt.error_message["name"],
            fee=receipt.total_fee_amount,
            events=[event(record.value) for record in receipt.triggered_events],
            block_hash=receipt.block_hash,
        )

    def heads(self, count: int, *, finalized: bool) -> list[int]:
        numbers: list[int] = []

        def seen(block: dict[str, Any], _update: int, _subscription: str) -> Any:
            numbers.append(block["header"]["number"])
            return True if len(numbers) == count else None

        self.substrate.subscribe_block_headers(seen, finalized_only=finalized)
        return numbers

    def watch_free(self, address: str, meanwhile: Callable[[], None]) -> list[int]:
        values: list[int] = []

        def changed(_key: StorageKey, account: Any, _update: int, _subscription: str) -> Any:
            values.append(account.value["data"]["free"])
            if len(values) == 1:
                meanwhile()
            return True if len(values) == 2 else None

        key = self.substrate.create_storage_key("System", "Account", [address])
        self.substrate.subscribe_storage([key], changed)
        return values

    def block_calls(self, block_hash: str) -> list[str]:
        block = self.substrate.get_block(block_hash=block_hash)
        calls = [extrinsic.value["call"] for extrinsic in block["extrinsics"]]
        return [f"{call['call_module']}.{call['call_function']}" for call in calls]


def event(record: dict[str, Any]) -> Event:
    """A decoded event record."""
    attributes = record["event"]["attributes"]
    fields = attributes if isinstance(attributes, dict) else {}
    return Event(record["event"]["module_id"], record["event"]["event_id"], fields)


if __name__ == "__main__":
    main(Psi())
