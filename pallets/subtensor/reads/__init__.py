"""Reads: what clients ask of SubtensorModule, answered from its storage and nothing else.

subnet, fields -> hyperparameters, subnets, dynamic, state, metagraph
                                     api: the runtime APIs; neurons, stakes, delegates
"""
