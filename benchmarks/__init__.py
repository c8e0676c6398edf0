"""Speed and memory of the mock server: side by side with a bare ASGI app and with peers, in one run.

`python -m benchmarks` measures and prints a table; docs/performance.md holds the last one.
"""
