"""Ten thousand stamps of one lot as a PDF, every symbol read back: time, size, memory.

Made in parts by a process of its own, as a worker does. Memory is compared between a small and a
large run: flat means that the large one needs little more.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Report
from nguon.carriers import LabelData, designs, join_parts, lay_out, write_part

SMALL, LARGE, SHEETS_A_PART = 2_000, 10_000, 20
DESIGN = "stamp-30x20"


def run(data: Path | None) -> Report:
    """Make both runs, each in a fresh process."""
    del data
    small, large = (_measure(count) for count in (SMALL, LARGE))
    rate = LARGE / large["seconds"]
    return Report(
        "labels",
        f"{LARGE:,} stamps of 30 × 20 mm on A4, QR with serial, parts of {SHEETS_A_PART} sheets",
        [
            ("time, s", f"{large['seconds']:.1f}"),
            ("of it joining the parts, s", f"{large['joining']:.2f}"),
            ("labels drawn, read back and written, a second", f"{rate:,.0f}"),
            ("file, MB", f"{large['bytes'] / 1e6:.1f}"),
            (f"peak memory at {SMALL:,}, MB", f"{small['peak']:.0f}"),
            (f"peak memory at {LARGE:,}, MB", f"{large['peak']:.0f}"),
            ("memory, large ÷ small", f"{large['peak'] / small['peak']:.2f}"),
        ],
    )


def _measure(count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.labels", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def make(count: int) -> dict[str, float]:
    """One run in this process."""
    import resource

    begun = time.perf_counter()
    design = designs()[DESIGN]
    size = lay_out(design, "a4").count * SHEETS_A_PART
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for first in range(0, count, size):
            labels = (_label(number) for number in range(first, min(count, first + size)))
            parts.append(Path(folder) / f"{first}.pdf")
            parts[-1].write_bytes(write_part(design, labels, title="bench"))
        joining = time.perf_counter()
        whole = Path(folder) / "all.pdf"
        join_parts(parts, whole)
        ended = time.perf_counter()
        return {
            "seconds": ended - begun,
            "joining": ended - joining,
            "bytes": whole.stat().st_size,
            "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def _label(number: int) -> LabelData:
    return LabelData(
        key=f"https://id.gs1.org/01/09521234000129/21/A{number:015d}",
        domain="https://nguon.example",
        name="Chả mực Hạ Long",
        maker="HTX Hải sản Vịnh Xanh",
    )


if __name__ == "__main__":
    sys.stdout.write(json.dumps(make(int(sys.argv[1]))))
