"""SparseLoCo off the chain: workers, validators and auditors of training rounds.

begin, config, corpus, data    a run: what is trained, and on what
model, inner, outer            a worker's own steps, and what they come to between rounds
trace, audit                   the record of these steps, and repeating them
chain, sight, store, library   what a member sees of the chain, and of others' files
member, worker, validator      a member and its duties; so are witness, auditor, defence, appeals
compression, rollback          what was sent of an update, made again; going back to a checkpoint
replica, export                the shared parameters; a run as files, and the check of them
running, progress, plot        processes, and what they show
home, tidying                  a member's own files, and deleting old ones
compare, verdicts, distances   how sparse rounds learn; how far apart honest machines are
bench, throughput              measurements of the codec, and `kernels` with it on the device
cheats, demo                   members that do what they must not, and the play of all of it
"""

if __name__ != "pysubtensor.training":  # a second copy of every module would load
    raise ImportError("import pysubtensor.training, not training")
