"""SparseLoCo off the chain: workers, validators and auditors of training rounds.

model, corpus, data      what is trained, and on what
inner, compress          a worker's round: steps of its own, then what it sends
compare                  the same model trained in other ways, to measure against
"""
