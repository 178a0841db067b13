"""bittensor 11: the blocking `Subtensor` over the SDK's own Rust core."""

from collections.abc import Callable
from typing import Any

import bittensor as bt
from bittensor.sp_core import Keypair
from harness import LIMIT_S, TAO, Adapter, Checks, Event, Outcome, Refused, expect, main


def events(records: list[dict[str, Any]]) -> list[Event]:
    """The report's records as events."""
    found = []
    for record in records:
        event = record["event"]
        fields = event["attributes"] if isinstance(event["attributes"], dict) else {}
        found.append(Event(event["module_id"], event["event_id"], fields))
    return found


class Sdk11(Adapter):
    """`bt.Subtensor` where it has a method, the connection under it for the rest."""

    name = "sdk11"

    def connect(self, url: str) -> None:
        self.url = url
        self.subtensor = bt.Subtensor(url)
        self.subtensor.block()  # the connection opens on first use
        self.substrate = self.subtensor._client._substrate
        self.wait = self.subtensor._call

    def close(self) -> None:
        self.subtensor.close()

    def refusal(self, reason: str) -> str:
        return f"Invalid Transaction: {reason}"

    def key(self, uri: str) -> Keypair:
        return Keypair.create_from_uri(uri)

    def runtime(self) -> dict[str, Any]:
        codec = self.wait(self.substrate.raw._runtimes.codec_at(None))
        pallets = codec.metadata_ir().pallets
        return {
            "spec": codec.spec_version,
            "pallets": {pallet.name: pallet.index for pallet in pallets},
            "extensions": codec.signed_extension_identifiers(),
        }

    def best(self) -> int:
        return int(self.subtensor.block())

    def finalized(self) -> int:
        raw = self.substrate.raw
        return int(self.wait(raw.get_block_number(self.wait(raw.get_chain_finalised_head()))))

    def free(self, address: str, block_hash: str | None = None) -> int:
        if block_hash is None:
            return int(self.subtensor.balances.get(address).rao)
        account = self.wait(self.substrate.query("System", "Account", [address], block_hash))
        return int(account["data"]["free"])

    def constant(self, pallet: str, name: str) -> Any:
        return self.subtensor.constant((pallet, name))

    def accounts(self, page_size: int) -> list[str]:
        async def read() -> list[str]:
            found = await self.substrate.raw.query_map("System", "Account", page_size=page_size)
            return [key if isinstance(key, str) else key[0] async for key, _ in found]

        return list(self.wait(read()))

    def call(self, pallet: str, function: str, **arguments: Any) -> Any:
        return self.subtensor.compose((pallet, function, arguments))

    def estimate(self, call: Any, signer: Keypair) -> int:
        return int(self.wait(self.substrate.estimate_fee(call, signer)).rao)

    def nonce(self, address: str) -> int:
        raw = self.substrate.raw
        return int(self.wait(raw.get_account_next_index(address, use_cache=False)))

    def submit(
        self,
        call: Any,
        signer: Keypair,
        *,
        nonce: int | None = None,
        era: dict[str, int] | None = None,
        signature: bytes | None = None,
    ) -> Outcome:
        # The SDK counts nonces itself; another connection may have used some.
        self.substrate.raw.clear_nonce_cache_for_account(signer.ss58_address)
        if era or signature:
            extrinsic = self.wait(
                self.substrate.raw.create_signed_extrinsic(
                    call, signer, era=era, signature=signature
                )
            )
            result = self.wait(self.substrate.submit_signed(extrinsic, signer))
        else:
            result = self.wait(self.substrate.submit(call, signer, nonce=nonce, period=None))
        return self.outcome(result)

    def outcome(self, result: Any) -> Outcome:
        """The SDK's typed result.  Errors: Refused when no block is in it."""
        if result.block_hash is None:
            raise Refused(result.message)
        found = events(result.events)
        fee = result.fee.rao if result.fee is not None else self.fee_at(result)
        error = None if result.success else result.error.name
        return Outcome(result.success, error, fee, found, result.block_hash)

    def fee_at(self, result: Any) -> int:
        """The result of a failed call carries no fee; read it from the block."""
        index = int(result.extrinsic_id.split("-")[1])
        records = self.wait(self.substrate.raw.get_events(result.block_hash))
        mine = events([r for r in records if r["extrinsic_idx"] == index])
        return sum(e.fields["actual_fee"] for e in mine if e.name == "TransactionFeePaid")

    def heads(self, count: int, *, finalized: bool) -> list[int]:
        numbers = []
        for header in self.subtensor.blocks(finalized=finalized):
            numbers.append(header.number)
            if len(numbers) == count:
                break
        return numbers

    def watch_free(self, address: str, meanwhile: Callable[[], None]) -> list[int]:
        raise NotImplementedError("this SDK has no storage subscription")

    def block_calls(self, block_hash: str) -> list[str]:
        block = self.wait(self.substrate.get_block(block_hash=block_hash))
        calls = [extrinsic["call"] for extrinsic in block["extrinsics"]]
        return [f"{call['call_module']}.{call['call_function']}" for call in calls]


class Sdk11Checks(Checks):
    """What only this SDK offers on top."""

    client: Sdk11

    def intent(self) -> None:
        """`execute` of a transfer intent: planned, signed mortal, watched to finalized."""
        sender, to = self._sender(), self._recipient()
        plan = self.client.subtensor.plan(bt.Transfer(to, amount_tao=1), sender)
        assert plan.ok, plan
        assert not plan.warnings, plan
        result = self.client.subtensor.execute(bt.Transfer(to, amount_tao=1), sender)
        assert result.success, result
        expect(self.client.free(to), TAO)
        # It estimates an immortal extrinsic and sends a mortal one: one byte, one rao more.
        expect(result.fee.rao - plan.fee.rao, 1)

    def error_code(self) -> None:
        """A refusal keeps its meaning in the SDK's own error codes."""
        poor = self.client.key("//sdk11//penniless")
        call = ("Balances", "transfer_keep_alive", {"dest": self._recipient(), "value": TAO})
        result = self.client.subtensor.submit_call(call, poor)
        assert not result.success
        expect(result.error.code, bt.ErrorCode.INSUFFICIENT_BALANCE)

    def wait_for_block(self) -> None:
        now = self.client.best()
        assert self.client.subtensor.wait_for_block(now + 3, timeout=LIMIT_S).number >= now + 3

    def reads(self) -> None:
        """The head functions of the class that every script begins with."""
        subtensor = self.client.subtensor
        expect(subtensor.balances.existential_deposit().rao, 500)
        assert subtensor.is_fast_blocks()
        assert subtensor.timestamp().year >= 2024
        number = self.client.best()
        info = subtensor.block_info(number)
        expect((info.number, len(info.extrinsics) > 0), (number, True))


if __name__ == "__main__":
    main(Sdk11(), Sdk11Checks)
