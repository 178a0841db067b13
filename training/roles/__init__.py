"""A member of a run and its duties.

member                      joins, looks at each block, does its duties and leaves
replica                     the parameters that all members share
worker, worker_state        trains and commits; what it must not lose
attesting                   witnesses, the poster and jurors
quorum                      how drawn members come to sign the same
validator, rollback         scores updates; votes to go back to a checkpoint
audit, auditor              repeats the training of others, and accuses
respond, appeals            answers audits and challenges; appeals
pruning                     deletes old files
"""
