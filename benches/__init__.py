"""Benchmarks: `python -m benches` for all in one table, `python -m benches.NAME --json` for one."""
