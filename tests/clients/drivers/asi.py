"""async-substrate-interface: the asynchronous interface (SDK 10.5 exercises the blocking one)."""

import ast
import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from async_substrate_interface import AsyncSubstrateInterface
from async_substrate_interface.errors import SubstrateRequestException
from bittensor_wallet import Keypair
from harness import Adapter, Event, Outcome, Refused, main


class Asi(Adapter):
    """Each verb runs to its end on one event loop."""

    name = "asi"

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()

    def wait(self, task: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(task)

    def connect(self, url: str) -> None:
        self.url = url
        self.substrate = AsyncSubstrateInterface(url)
        self.wait(self.substrate.initialize())

    def close(self) -> None:
        self.wait(self.substrate.close())

    def refusal(self, reason: str) -> str:
        return f"1010 Invalid Transaction {reason}"

    def key(self, uri: str) -> Keypair:
        return Keypair.create_from_uri(uri)

    def runtime(self) -> dict[str, Any]:
        runtime = self.wait(self.substrate.init_runtime())
        return {
            "spec": runtime.runtime_version,
            "pallets": {p.value["name"]: p.value["index"] for p in runtime.metadata.pallets},
            "extensions": list(runtime.metadata.get_signed_extensions()),
        }

    def best(self) -> int:
        return int(self.wait(self.substrate.get_block_number(None)))

    def finalized(self) -> int:
        head = self.wait(self.substrate.get_chain_finalised_head())
        return int(self.wait(self.substrate.get_block_number(head)))

    def free(self, address: str, block_hash: str | None = None) -> int:
        account = self.wait(
            self.substrate.query("System", "Account", [address], block_hash=block_hash)
        )
        return int(account.value["data"]["free"])

    def constant(self, pallet: str, name: str) -> Any:
        return self.wait(self.substrate.get_constant(pallet, name)).value

    def accounts(self, page_size: int) -> list[str]:
        async def read() -> list[str]:
            found = await self.substrate.query_map("System", "Account", page_size=page_size)
            return [getattr(address, "value", address) async for address, _ in found]

        return list(self.wait(read()))

    def call(self, pallet: str, function: str, **arguments: Any) -> Any:
        return self.wait(self.substrate.compose_call(pallet, function, arguments))

    def estimate(self, call: Any, signer: Keypair) -> int:
        return int(self.wait(self.substrate.get_payment_info(call, signer))["partial_fee"])

    def nonce(self, address: str) -> int:
        return int(self.wait(self.substrate.get_account_next_index(address, use_cache=False)))

    def submit(
        self,
        call: Any,
        signer: Keypair,
        *,
        nonce: int | None = None,
        era: dict[str, int] | None = None,
        signature: bytes | None = None,
    ) -> Outcome:
        return self.wait(self._submit(call, signer, nonce=nonce, era=era, signature=signature))

    async def _submit(self, call: Any, signer: Keypair, **how: Any) -> Outcome:
        # It counts nonces itself, wrongly once an extrinsic was refused or another connection sent.
        self.substrate.clear_nonce_cache_for_account(signer.ss58_address)
        extrinsic = await self.substrate.create_signed_extrinsic(call, signer, **how)
        try:
            receipt = await self.substrate.submit_extrinsic(extrinsic, wait_for_finalization=True)
        except SubstrateRequestException as error:
            raise Refused(refusal_text(error)) from error
        assert receipt.finalized
        ok = bool(await receipt.is_success)
        events = [
            Event(e["event"]["module_id"], e["event"]["event_id"], fields(e["event"]))
            for e in await receipt.triggered_events
        ]
        return Outcome(
            ok=ok,
            error=None if ok else (await receipt.error_message)["name"],
            fee=await receipt.total_fee_amount,
            events=events,
            block_hash=receipt.block_hash,
        )

    def heads(self, count: int, *, finalized: bool) -> list[int]:
        numbers: list[int] = []

        async def seen(block: dict[str, Any]) -> Any:
            numbers.append(block["header"]["number"])
            return True if len(numbers) == count else None

        self.wait(self.substrate.subscribe_block_headers(seen, finalized_only=finalized))
        return numbers

    def watch_free(self, address: str, meanwhile: Callable[[], None]) -> list[int]:
        values: list[int] = []

        async def changed(_key: Any, account: dict[str, Any], _subscription: str) -> Any:
            values.append(account["data"]["free"])
            if len(values) == 1:
                await asyncio.to_thread(meanwhile)
            return True if len(values) == 2 else None

        async def watch() -> None:
            key = await self.substrate.create_storage_key("System", "Account", [address])
            await self.substrate.subscribe_storage([key], changed)

        try:
            self.wait(watch())
        except TypeError:  # 2.2.1 trips over its own result when the handler ends the subscription
            if len(values) < 2:
                raise
        return values

    def block_calls(self, block_hash: str) -> list[str]:
        block = self.wait(self.substrate.get_block(block_hash=block_hash))
        calls = [extrinsic.value["call"] for extrinsic in block["extrinsics"]]
        return [f"{call['call_module']}.{call['call_function']}" for call in calls]


def fields(event: dict[str, Any]) -> dict[str, Any]:
    """Fields of a decoded event; none where it has none."""
    return event["attributes"] if isinstance(event["attributes"], dict) else {}


def refusal_text(error: SubstrateRequestException) -> str:
    """The node's code, message and data out of the response the exception holds as text."""
    response = ast.literal_eval(str(error))
    reason = response.get("error", response)
    return f"{reason['code']} {reason['message']} {reason['data']}"


if __name__ == "__main__":
    main(Asi())
