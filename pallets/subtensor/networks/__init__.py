"""How subnets come and go.  Calls and events say *network* for a subnet, as this room does.

registration  `register_network` and `start_call`, and what a subnet costs
pruning       which subnet gives way to a new one
dissolution   what stakers get back when a subnet ends
removal       how all that is stored of a subnet is deleted
symbols       the symbols of alpha
"""
