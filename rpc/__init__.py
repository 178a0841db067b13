"""The JSON-RPC 2.0 server of a node: HTTP POST and WebSocket on a port, replies as the real node's.

| room | what is in it |
|---|---|
| `methods` | the methods, a module for each namespace, named as on the wire |
| `node` | what methods share of the node: blocks, headers, queues of events, storage queries |
| `server` | sockets, requests, parameters, subscriptions, limits, metrics |
| `encoding` | JSON of replies, and of values of the chain |
| `errors` | each error that a client may see |

`server.server.serve` starts it with the namespaces of `methods.all`.
"""

if __name__ != "pysubtensor.rpc":  # a second copy of every module would load
    raise ImportError("import pysubtensor.rpc, not rpc")
