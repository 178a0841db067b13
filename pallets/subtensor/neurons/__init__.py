"""Neurons of a subnet: how hotkeys become neurons, and which give way to them.

registration  by paying the subnet's price, which moves with each registration and each block
root          by stake, on root
pruning       which neuron is replaced on a full subnet, and which are immune
uids          places: appended, given to another, cleared
lists         lists with an entry for each uid
faucet        money for work, on local chains
work          proofs of work
"""
