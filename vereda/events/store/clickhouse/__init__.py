"""The store of a company that outgrew one machine: ClickHouse, asked like the DuckDB file.

Start with `store`: what is asked goes straight to the engine. What is told goes through
`courier` (one per process) to the one process that leads (`leading`); there `planner` decides
with the same `Plan` as on one machine, writes down what it will do (`records`) and does it.
docs/decisions/0013-clickhouse-keeps-a-log-of-its-own.md says why.
"""
