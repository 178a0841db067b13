"""A member of a run and its duties.

member                      joins, looks at each block, does its duties and leaves
replica                     the parameters that all members share
worker, worker_state        trains and commits; what it must not lose
attesting, posting, jury    signs what can be read; posts the aggregate; judges strides
quorum                      how several members sign the same, and whose turn it is to bring it
validator, rollback         scores updates; votes to go back to a checkpoint
audit, auditor              repeats the training of others, and accuses
respond, appeals            answers audits and challenges; appeals
pruning                     deletes old files
"""
