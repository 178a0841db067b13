"""Two complete training runs with crashes and cheats: `make train-demo`.

`cast` says who takes part and what they do, `stage` starts the processes, `play` lets things happen
at their time, `scenes` says what must be seen of each, and `report` shows it.
"""
