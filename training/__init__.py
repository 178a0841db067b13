"""SparseLoCo off the chain: workers, validators and auditors of training rounds.

Doors, which use all rooms below them:

cli               the commands of `pysubtensor train`
processes         what they start: a worker, a validator, an auditor, an export
create_run        a run: what is trained, on what, and by what rules
export            a run as files, and the check of them
status, progress, plot    what a person sees of a run and of a member
demo/             two runs from beginning to end, with crashes and cheats

Rooms; each imports only from those below it:

lab/              comparisons and measurements, and members that cheat
roles/            a member and its duties: train, attest, post, score, audit, judge, respond
files/            what a member reads and writes: its own directory, its store, those of others
learning/         the model, its text, inner and outer steps, traces
chain/            the link to a node, and a run as the chain shows it
kernels/          compression and aggregation on the machine that trains
errors            the base class of all expected failures
"""

if __name__ != "pysubtensor.training":  # a second copy of every module would load
    raise ImportError("import pysubtensor.training, not training")
