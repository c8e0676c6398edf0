"""The load: keep-alive connections that each send a request, wait for the whole answer, and send the next.

A process of its own (`python -m benchmarks.load`), so that its CPU time is not the server's. It reads one order per
line of its standard input (JSON: port, seconds, connections, requests) and writes one result per line.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import uvloop


@dataclass(slots=True)
class Tally:
    """What came back: answers with a 2xx status, others, and the first of the others."""

    deadline: float
    good: int = 0
    bad: int = 0
    first_bad: str = ""
    open: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Connection(asyncio.Protocol):
    """One connection that goes round its requests until the deadline."""

    def __init__(self, requests: list[bytes], first: int, tally: Tally) -> None:
        self._requests, self._next, self._tally = requests, first, tally
        self._buffer, self._missing = b"", -1
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._transport.write(self._requests[self._next])
        self._next = (self._next + 1) % len(self._requests)

    def data_received(self, data: bytes) -> None:
        """Count a complete answer and go on."""
        buffer = self._buffer + data if self._buffer else data
        end = buffer.find(b"\r\n\r\n")
        if end < 0 or not _complete(buffer, end):
            self._buffer = buffer
            return
        self._buffer = b""
        tally = self._tally
        if buffer[9:10] == b"2":
            tally.good += 1
        else:
            tally.bad += 1
            tally.first_bad = tally.first_bad or buffer[:600].decode("latin-1")
        if time.perf_counter() < tally.deadline:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The last connection ends the round."""
        tally = self._tally
        if time.perf_counter() < tally.deadline:
            tally.bad += 1
            tally.first_bad = tally.first_bad or f"the server closed a connection ({exc or 'without an error'})"
        tally.open -= 1
        if tally.open == 0:
            tally.done.set()


def _complete(buffer: bytes, end: int) -> bool:
    head = buffer[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        stop = head.find(b"\r\n", at + 17)
        return len(buffer) >= end + 4 + int(head[at + 17 : stop if stop >= 0 else end])
    if b"\r\ntransfer-encoding: chunked" in head:
        return buffer.endswith(b"\r\n0\r\n\r\n")
    return True


async def run(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out one order."""
    requests = [text.encode("latin-1") for text in order["requests"]]
    begin = time.perf_counter()
    tally = Tally(begin + order["seconds"], open=order["connections"])
    loop = asyncio.get_running_loop()
    for number in range(order["connections"]):
        connection = partial(Connection, requests, number % len(requests), tally)
        await loop.create_connection(connection, "127.0.0.1", order["port"])
    try:
        await asyncio.wait_for(tally.done.wait(), order["seconds"] + 30)
    except TimeoutError:
        tally.bad += 1
        tally.first_bad = tally.first_bad or "no answer within 30 seconds"
    return {"good": tally.good, "bad": tally.bad, "first_bad": tally.first_bad, "seconds": time.perf_counter() - begin}


def main() -> None:
    """Carry out orders until the input ends."""
    for line in sys.stdin:
        print(json.dumps(uvloop.run(run(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
