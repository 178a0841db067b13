"""The database: blocks, their changes and past values in LevelDB, written by one writer."""
