"""What a transaction costs, what it emits, and what a refused one still pays.

python examples/fees_and_events.py
"""

from pysubtensor import TAO, Devnet, Receipt, TransactionFailed


def show(title: str, receipt: Receipt) -> None:
    """The outcome, then the events by name."""
    print(f"{title}: {receipt.reason or 'done'}, fee {receipt.fee} rao")
    print("   ", ", ".join(type(event).__name__ for event in receipt.events))


with Devnet() as d:
    show("transfer", d.transfer("//Alice", "//Bob", TAO))
    note = d.call("System", "remark_with_event", remark=b"hello")
    show("remark with a tip", d.submit(note, "//Bob", tip=1_000))
    show("two in one", d.submit(d.call("Utility", "batch_all", calls=(note, note)), "//Bob"))
    try:
        d.transfer("//Dave", "//Bob", 3_000 * TAO)
    except TransactionFailed as failed:
        show("more than there is", failed.receipt)
