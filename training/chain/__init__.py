"""What a member sees of the chain.

link    reading from a node and sending it calls
view    a run, its rounds and members at one block
"""
