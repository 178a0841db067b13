"""A first transfer, in this process: no node, no ports.

python examples/first_transfer.py
"""

from pysubtensor import TAO, Devnet

with Devnet() as d:
    print(f"block {d.number}: //Bob has {d.free('//Bob') / TAO} TAO")
    receipt = d.transfer("//Alice", "//Bob", 5 * TAO)
    print(f"block {d.number}: //Bob has {d.free('//Bob') / TAO} TAO; fee {receipt.fee} rao")
