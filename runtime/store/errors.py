"""What can go wrong with a store: each of its errors is a `StoreError`."""


class StoreError(Exception):
    """The root of what can go wrong with a store; the message is meant for a person."""


class DatabaseLocked(StoreError):
    """Another process, or another store in this one, has the folder open."""


class DatabaseCorrupt(StoreError):
    """The database is damaged; the message says what was found."""

    def __init__(self, found: object) -> None:
        super().__init__(f"the database is damaged: {found}")


class ForeignDatabase(StoreError):
    """The folder holds something else, or a store of another format version."""


class DatabaseUnreachable(StoreError):
    """The folder cannot be read or written: rights, space, or no such place."""


class StoreClosed(StoreError):
    """The store was used after `close`."""


class StateDiscarded(StoreError):
    """The state at block `number` was pruned."""

    def __init__(self, number: int) -> None:
        super().__init__(f"the state at block {number} was discarded")
        self.number = number


class UnknownBlock(StoreError):
    """There is no block `number`."""

    def __init__(self, number: int) -> None:
        super().__init__(f"there is no block {number}")
        self.number = number


class NotNextBlock(StoreError):
    """A block was committed out of order."""


class StaleStage(StoreError):
    """The staged changes were made on a state that is no longer the head's."""
