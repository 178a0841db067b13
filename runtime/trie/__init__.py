"""The storage engine: trie, database and the views of state built on them."""
