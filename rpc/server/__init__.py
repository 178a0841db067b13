"""The server: sockets, requests, parameters and subscriptions; it knows no method and no chain.

`server.serve` starts it; with `namespace.Namespace` a module declares its methods.
"""
