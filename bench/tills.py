"""Tills that redeem: keep-alive connections of one small program, each sending its next request when it has the last
answer. ``python -m bench.tills`` reads what to do as JSON and prints what came of it as JSON."""

from __future__ import annotations

import json
import random
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class _Till:
    place: int
    wire: socket.socket
    sent_at: float = 0.0
    received: bytearray = field(default_factory=bytearray)
    made: int = 0


def run(told: dict[str, Any]) -> dict[str, Any]:
    """Redeem for ``seconds`` from ``clients`` connections; return answers by status, seconds and latencies in ms."""
    chance = random.Random(told["seed"])
    selector = selectors.DefaultSelector()
    statuses: dict[str, int] = {}
    waits: list[float] = []
    tills = [_Till(n, socket.create_connection((told["host"], told["port"]))) for n in range(told["clients"])]
    begun = time.perf_counter()
    end = begun + told["seconds"]
    for till in tills:
        till.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(till.wire, selectors.EVENT_READ, till)
        _send(till, told, chance)
    waiting = len(tills)
    while waiting:
        for key, _ in selector.select(timeout=10):
            till = key.data
            part = till.wire.recv(65536)
            if not part:
                raise SystemExit("the server hung up")
            till.received += part
            status = _answered(till.received)
            if status is None:
                continue
            now = time.perf_counter()
            waits.append((now - till.sent_at) * 1000)
            statuses[status] = statuses.get(status, 0) + 1
            till.received.clear()
            if now < end:
                _send(till, told, chance)
            else:
                waiting -= 1
                selector.unregister(till.wire)
                till.wire.close()
    waits.sort()
    return {
        "statuses": statuses, "seconds": time.perf_counter() - begun, "p50": waits[len(waits) // 2],
        "p99": waits[int(len(waits) * 0.99)],
    }  # fmt: skip


def _send(till: _Till, told: dict[str, Any], chance: random.Random) -> None:
    till.made += 1
    ref = chance.choice(told["vouchers"])
    body = b'{"amount":{"amount":1,"currency":"USD"}}'
    head = (
        f"POST /api/v1/vouchers/{ref}/redeem HTTP/1.1\r\nHost: {told['host']}\r\n"
        f"Authorization: Bearer {told['key']}\r\n"
        f"Idempotency-Key: {told['seed']}-{till.place}-{till.made}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    till.sent_at = time.perf_counter()
    till.wire.sendall(head.encode() + body)


def _answered(received: bytearray) -> str | None:
    """Return the status when the whole answer is there."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
    return received[9:12].decode() if len(received) >= end + 4 + length else None


if __name__ == "__main__":
    json.dump(run(json.load(sys.stdin)), sys.stdout)
