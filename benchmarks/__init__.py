"""Speed, measured: each figure beside a limit measured in the same run. `make bench` prints them.

A module here has `run() -> dict[case, {"per_s" or "ms_p95" or "mb": …, "limit": …, "ratio": …}]`.
"""
