"""The node's JSON-RPC 2.0 face: one port, HTTP POST and WebSocket, answers as the real chain's.

`server.serve` starts it; with `namespace.Namespace` a module such as `chain` declares its methods.
"""

if __name__ != "pysubtensor.rpc":  # a second copy of every module would load
    raise ImportError("import pysubtensor.rpc, not rpc")
