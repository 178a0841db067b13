"""Training a model, without any chain.

config, model        what is trained
corpus, data         the text, and who trains on which part of it
inner, outer         the steps of one worker, and of a round
trace                the record of inner steps, so that others can repeat them
check_compression    what was sent of an update, compressed again
"""
