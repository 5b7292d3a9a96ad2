"""``python -m bench [name ...]``: each in a process of its own; without a name, every one of ``EVERY``."""

from __future__ import annotations

import subprocess
import sys

from bench.telling import machine

EVERY = {
    "settling-sqlite": ["bench.settling", "sqlite"],
    "settling-postgresql": ["bench.settling", "postgresql"],
    "engine": ["bench.engine"],
    "growth": ["bench.growth"],
    "balances-sqlite": ["bench.balances", "sqlite"],
    "balances-postgresql": ["bench.balances", "postgresql"],
    "redeem-sqlite": ["bench.redeem", "sqlite"],
    "redeem-postgresql": ["bench.redeem", "postgresql"],
    "voucher-growth": ["bench.voucher_growth"],
    "issuing-sqlite": ["bench.issuing", "sqlite"],
    "issuing-postgresql": ["bench.issuing", "postgresql"],
    "importing-sqlite": ["bench.importing", "sqlite"],
    "importing-postgresql": ["bench.importing", "postgresql"],
    "pages-sqlite": ["bench.pages", "sqlite"],
    "pages-postgresql": ["bench.pages", "postgresql"],
    "printing": ["bench.printing"],
}


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all; return how many failed."""
    print(machine(), flush=True)
    failed = 0
    for name in wanted or EVERY:
        print(f"== {name}", flush=True)
        failed += subprocess.run([sys.executable, "-m", *EVERY[name]]).returncode != 0
    return failed


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
