"""bittensor 10.5: the blocking `Subtensor` over async-substrate-interface."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from async_substrate_interface.errors import SubstrateRequestException
from bittensor.core.errors import chain_error_from_substrate_exception
from bittensor.core.subtensor import Subtensor
from bittensor.utils import format_error_message
from bittensor.utils.balance import Balance
from bittensor_wallet import Keypair
from harness import TAO, Adapter, Checks, Event, Outcome, Refused, expect, main


def events(records: list[dict[str, Any]]) -> list[Event]:
    """The receipt's records as events."""
    found = []
    for record in records:
        event = record["event"]
        fields = event["attributes"] if isinstance(event["attributes"], dict) else {}
        found.append(Event(event["module_id"], event["event_id"], fields))
    return found


class Sdk10(Adapter):
    """`Subtensor` where it has a method, its `substrate` for the rest."""

    name = "sdk10"

    def connect(self, url: str) -> None:
        self.url = url
        self.subtensor = Subtensor(network=url)
        self.substrate = self.subtensor.substrate

    def close(self) -> None:
        self.subtensor.close()

    def refusal(self, reason: str) -> str:
        kind = "SubstrateRequestException(Invalid Transaction)"
        return f"Subtensor returned `{kind}` error. This means: `{reason}`."

    def key(self, uri: str) -> Keypair:
        return Keypair.create_from_uri(uri)

    def runtime(self) -> dict[str, Any]:
        runtime = self.substrate.init_runtime()
        metadata = runtime.metadata
        return {
            "spec": runtime.runtime_version,
            "pallets": {p.value["name"]: p.value["index"] for p in metadata.pallets},
            "extensions": list(metadata.get_signed_extensions()),
        }

    def best(self) -> int:
        return int(self.subtensor.get_current_block())

    def finalized(self) -> int:
        return int(self.substrate.get_block_number(self.substrate.get_chain_finalised_head()))

    def free(self, address: str, block_hash: str | None = None) -> int:
        if block_hash is None:
            return int(self.subtensor.get_balance(address).rao)
        account = self.substrate.query("System", "Account", [address], block_hash=block_hash)
        return int(account.value["data"]["free"])

    def constant(self, pallet: str, name: str) -> Any:
        return self.substrate.get_constant(pallet, name).value

    def accounts(self, page_size: int) -> list[str]:
        found = self.substrate.query_map("System", "Account", page_size=page_size)
        return [getattr(address, "value", address) for address, _ in found]

    def call(self, pallet: str, function: str, **arguments: Any) -> Any:
        return self.subtensor.compose_call(pallet, function, arguments)

    def estimate(self, call: Any, signer: Keypair) -> int:
        return int(self.subtensor.get_extrinsic_fee(call, signer).rao)

    def nonce(self, address: str) -> int:
        return int(self.substrate.get_account_next_index(address))

    def submit(
        self,
        call: Any,
        signer: Keypair,
        *,
        nonce: int | None = None,
        era: dict[str, int] | None = None,
        signature: bytes | None = None,
    ) -> Outcome:
        if era or signature:
            return self._submit_raw(call, signer, era=era, signature=signature)
        response = self.subtensor.sign_and_send_extrinsic(
            call,
            SimpleNamespace(coldkey=signer),
            nonce=nonce,
            period=None,
            wait_for_finalization=True,
        )
        receipt = response.extrinsic_receipt
        if receipt is None:
            raise Refused(response.message)
        return self._outcome(receipt)

    def _submit_raw(self, call: Any, signer: Keypair, **how: Any) -> Outcome:
        """What `sign_and_send_extrinsic` does, for eras and signatures it does not let through."""
        extrinsic = self.substrate.create_signed_extrinsic(call, signer, **how)
        try:
            receipt = self.substrate.submit_extrinsic(extrinsic, wait_for_finalization=True)
        except SubstrateRequestException as error:
            typed = chain_error_from_substrate_exception(error)
            raise Refused(format_error_message(typed or error)) from error
        return self._outcome(receipt)

    def _outcome(self, receipt: Any) -> Outcome:
        assert receipt.finalized
        ok = bool(receipt.is_success)
        return Outcome(
            ok=ok,
            error=None if ok else receipt.error_message["name"],
            fee=receipt.total_fee_amount,
            events=events(receipt.triggered_events),
            block_hash=receipt.block_hash,
        )

    def heads(self, count: int, *, finalized: bool) -> list[int]:
        numbers: list[int] = []

        def seen(block: dict[str, Any]) -> Any:
            numbers.append(block["header"]["number"])
            return True if len(numbers) == count else None

        self.substrate.subscribe_block_headers(seen, finalized_only=finalized)
        return numbers

    def watch_free(self, address: str, meanwhile: Callable[[], None]) -> list[int]:
        values: list[int] = []

        def changed(_key: Any, account: dict[str, Any], _subscription: str) -> Any:
            values.append(account["data"]["free"])
            if len(values) == 1:
                meanwhile()
            return True if len(values) == 2 else None

        key = self.substrate.create_storage_key("System", "Account", [address])
        try:
            self.substrate.subscribe_storage([key], changed)
        except TypeError:  # 2.2.1 trips over its own result when the handler ends the subscription
            if len(values) < 2:
                raise
        return values

    def block_calls(self, block_hash: str) -> list[str]:
        block = self.substrate.get_block(block_hash=block_hash)
        calls = [extrinsic.value["call"] for extrinsic in block["extrinsics"]]
        return [f"{call['call_module']}.{call['call_function']}" for call in calls]


class Sdk10Checks(Checks):
    """What only this SDK offers on top."""

    client: Sdk10

    def wallet_transfer(self) -> None:
        """`Subtensor.transfer` with its own estimate, waits and balance report."""
        sender, to = self._sender(), self._recipient()
        wallet = SimpleNamespace(
            coldkey=sender, coldkeypub=sender, hotkey=sender, unlock_coldkey=lambda: sender
        )
        response = self.client.subtensor.transfer(
            wallet, to, Balance.from_rao(TAO), wait_for_finalization=True
        )
        assert response.success, response
        spent = response.data["balance_before"].rao - response.data["balance_after"].rao
        expect(spent, TAO + response.extrinsic_fee.rao)
        # It estimates an immortal extrinsic and sends a mortal one: one byte, one rao more.
        expect(response.extrinsic_fee.rao - response.transaction_tao_fee.rao, 1)

    def wait_for_block(self) -> None:
        now = self.client.best()
        assert self.client.subtensor.wait_for_block(now + 3)
        assert self.client.best() >= now + 3

    def reads(self) -> None:
        """The head functions of the class that every script begins with."""
        subtensor = self.client.subtensor
        expect(subtensor.get_existential_deposit().rao, 500)
        assert subtensor.is_fast_blocks()
        assert subtensor.get_timestamp().year >= 2024
        number = self.client.best()
        info = subtensor.get_block_info(number)
        expect((info.number, len(info.extrinsics) > 0), (number, True))


if __name__ == "__main__":
    main(Sdk10(), Sdk10Checks)
