"""The event store: one DuckDB file, one writer thread, many readers.

`opening` finds the store of this installation, `duckdb` is the store itself, `asking`
its answers and `questions` every query, `writing` its only writer, `planning` what one
commit will do, `seen` the memory of message ids, `sharing` the store for other processes.
No Django here: the store is given a path and knows nothing else.
"""
