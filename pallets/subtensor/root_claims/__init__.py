"""What stake on root earns on other subnets, and how it is claimed.

claimable  what each rao has earned, and who has claimed it
coldkeys   which coldkeys have stake on root
claiming   claims: by a call, and by each block for some coldkeys
"""
