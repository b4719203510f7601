#!/usr/bin/env python3
"""Measures Sinter and every installed peer side by side, checks every answer, and writes one table with ratios and bars.

    Benchmarks/run.py [--scale S] [--peers sinter,kuzu,…] [--work W1,W2,…] [--print]

The same data and the same statements for all, in one run; see harness.py for the folders. The table replaces the section
of that scale in Benchmarks/RESULTS.md; with --print it is only printed. A wrong answer is shown in the table, not hidden,
and makes the exit status 1. A missed bar does not: it is a result.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time

import harness
import in_turn
import workloads
from harness import note, short

PEERS = ["csr_limit", "sinter", "ladybug", "kuzu", "duckdb", "sqlite"]
WORK = ["W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8"]
CAPS = {"S": 4, "M": 6}                 # seconds that a peer gets for a workload
DEADLINES = {"S": 75, "M": 200}         # seconds that a peer gets for everything
LOADS = {"S": 3, "M": 1}


def installed(peer):
    """Whether a peer can run here."""
    if peer == "sinter":
        return shutil.which(harness.SINTER) is not None
    if peer == "csr_limit" and not shutil.which("gcc"):
        return False
    module = {"csr_limit": "pyarrow", "sqlite": "sqlite3"}.get(peer, peer)
    return subprocess.run([harness.PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


def measure(peer, data, work, options):
    """One peer's lines, {(workload, metric): line}, and what went wrong, or None."""
    store = os.path.join(harness.SCRATCH, "db", f"{'sinter_json' if peer == 'sinter' else peer}-{os.path.basename(data)}")
    if "W1" not in work and not os.path.exists(store):
        work = ["W1", *work]
    name = "subprocess_json:" + os.path.join(harness.BENCH, "configs", "sinter.json") if peer == "sinter" else peer
    command = [harness.PYTHON, os.path.join(harness.HERE, "peer.py"), harness.BENCH, name, data, ",".join(work),
               str(options.cap), str(options.loads)]
    note(f"{peer} …")
    start = time.monotonic()
    process = subprocess.Popen(command, env=harness.ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                               start_new_session=True)
    late = threading.Event()

    def end():
        late.set()
        os.killpg(process.pid, 9)

    timer = threading.Timer(options.deadline, end)
    timer.start()
    output, errors = process.communicate()
    timer.cancel()
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{") and line.endswith("}")]
    trouble = None
    if late.is_set():
        trouble = f"was ended after {options.deadline:.0f} s"
    elif process.returncode != 0:
        note(f"{output[-1000:]}\n{errors[-2000:]}")
        trouble = f"failed with status {process.returncode}"
    for line in lines:
        if line["metric"].endswith("_error"):
            note(f"{peer}, {line['workload']}: {line['error']}")
    note(f"{peer}: {len(lines)} figures, {time.monotonic() - start:.0f} s")
    return {(line["workload"], line["metric"]): line for line in lines}, trouble


def value(lines, metric):
    line = lines.get((metric.workload, metric.name))
    return line["value"] if line else None


def through_pipe(lines, metric):
    """Our figure behind the pipe, less the pipe's measured round trip where a call is as short as that."""
    figure, trip = value(lines, metric), lines.get(("W0", "roundtrip_p50"))
    return figure - trip["value"] if figure is not None and trip and metric.unit == "us" and metric.workload != "W0" else figure


def wrong(lines, metric):
    total = lines.get((metric.workload, metric.name.replace("_p50", "_total")), {})
    return total.get("mismatches") or lines.get((metric.workload, metric.name), {}).get("mismatches") or 0


def cut(lines, metric):
    """Whether the cap ended a workload before half of its calls."""
    total = lines.get((metric.workload, metric.name.replace("_p50", "_total")), {})
    line = total if "of" in total else lines.get((metric.workload, metric.name), {})
    return "of" in line and line["n"] * 2 < line["of"]


def cell(lines, metric, figure):
    if figure is None:
        return "–"
    return short(figure) + ("†" if cut(lines, metric) else "") + (" **wrong answers**" if wrong(lines, metric) else "")


def times(ratio):
    return f"{ratio:,.0f}×" if ratio >= 10 else f"{ratio:.2g}×"


def verdict(metric, ours, best, limit, peers):
    """The bar and whether the figure is at or over it."""
    if not metric.bar:
        return ""
    against, bar = metric.bar
    if against == "at most":
        reached, words = bar / ours if ours else None, f"at most {bar:,} {metric.unit}"
        bar = 1
    else:
        other = {"best": best, "limit": limit}.get(against)
        if against == "sqlite":        # its one writer: it has no group commit
            other = value(peers.get(against, {}), next(m for m in workloads.METRICS if m.name == "single_durable"))
        words = f"{bar}× {against}"
        reached = metric.ratio(ours, other) if ours and other else None
    if reached is None:
        return f"{words}: not measured"
    return f"{words}: met" if reached >= bar else f"{words}: **missed**, {reached / bar:.2f} of it"


def rows_of(tables, inside, limit_lines):
    """The table's rows: the limit, ours, the peers, and what the bars say."""
    peers = {peer: lines for peer, lines in tables.items() if peer not in ("sinter", "csr_limit")}
    piped = tables.get("sinter", {})
    for metric in workloads.METRICS:
        limit = value(limit_lines, metric) or value(tables.get("csr_limit", {}), metric)
        if metric.workload == "W0" or metric.name == "peak_rss":
            limit = None                                  # c-csr has no statements, and holds its arrays in Python
        within, behind = value(inside, metric), through_pipe(piped, metric)
        if metric.workload == "W1":                       # a process of its own for each of them
            within, behind = behind, None
        ours = within if within is not None else behind
        right = (value(lines, metric) for lines in peers.values() if not wrong(lines, metric))
        figures = [figure for figure in right if figure is not None]
        best = (min if metric.less else max)(figures, default=None)
        if ours is None and not figures:
            continue
        yield [metric.workload, metric.title, metric.unit, short(limit) if limit else "–", cell(inside, metric, within),
               cell(piped, metric, behind), *(cell(lines, metric, value(lines, metric)) for lines in peers.values()),
               times(metric.ratio(ours, best)) if ours and best else "–",
               times(metric.ratio(ours, limit)) if ours and limit else "–",
               verdict(metric, ours, best, limit, peers)]


EXPLANATION = """
`sinter`: inside the process (`sinter bench`), from the text to the last row; `piped`: the same through the machine mode, rows of
microseconds less the round trip of W0. The peers run inside a Python process: what their binding costs at least is W0. `limit` is
hand-written C over arrays in memory, one thread, called from Python for W2 and one hop; for W8 raw LMDB, two flushes a commit.
Durable commits of LMDB, Sinter and SQLite were measured in turn, three times, since flushes change from minute to minute.
`ahead`: the best peer's figure against ours; `of limit`: how close ours is (1× is the limit). Medians; every answer was compared
with the expected one. † cut short: fewer than half of the calls before the time of a workload was up.
"""


def report(tables, inside, limit_lines, troubles, data, scale, seconds):
    manifest = harness.read_json(data, "manifest.json")
    peers = [peer for peer in tables if peer not in ("sinter", "csr_limit")]
    loads = {peer: tables[peer]["W1", "load_time"] for peer in peers if ("W1", "load_time") in tables[peer]}
    versions = [f"{peer} {line.get('version', '')}" for peer, line in loads.items()]
    text = (f"Scale {scale}: {manifest['total_nodes']:,} nodes, {manifest['total_edges']:,} relationships; {harness.machine()}; "
            f"{', '.join(versions) + '; ' if versions else ''}{seconds:.0f} s in all.\n\n")
    head = ["", "what", "unit", "limit", "sinter", "piped", *peers, "ahead", "of limit", "bar"]
    text += harness.table(head, list(rows_of(tables, inside, limit_lines)), right=3) + EXPLANATION
    load = tables.get("sinter", {}).get(("W1", "load_time"))
    if load:
        text += f"Sinter loads {manifest['total_edges'] / load['value'] / 1e6:.2f} M relationships/s end to end.\n"
    flushes = [f"{peer} {lines['W8', 'fdatasync_4k_just_before']['value'] / 1000:.2f} ms" for peer, lines in tables.items()
               if ("W8", "fdatasync_4k_just_before") in lines]
    if flushes:
        text += f"A flush of 4 KiB just before the durable commits: {', '.join(flushes)}.\n"
    return text + "".join(f"{peer} {trouble}.\n" for peer, trouble in troubles.items() if trouble)


def main():
    parser = argparse.ArgumentParser(description="Side-by-side benchmark: Sinter and its peers in one run.")
    parser.add_argument("--scale", default="S", help="of the generator: XS, S, M")
    parser.add_argument("--peers", default=",".join(PEERS), help="comma-separated; those that are not installed are left out")
    parser.add_argument("--work", default=",".join(WORK))
    parser.add_argument("--cap", type=float, help="seconds for each workload of a peer; by scale")
    parser.add_argument("--deadline", type=float, help="seconds for all of a peer; by scale")
    parser.add_argument("--loads", type=int, help="how many times a peer loads; by scale")
    parser.add_argument("--seconds", type=float, default=1, help="for each of our statements inside the process")
    parser.add_argument("--print", action="store_true", help="leave Benchmarks/RESULTS.md alone")
    options = parser.parse_args()
    options.cap = options.cap or CAPS.get(options.scale, 4)
    options.deadline = options.deadline or DEADLINES.get(options.scale, 75)
    options.loads = options.loads or LOADS.get(options.scale, 1)
    start = time.monotonic()
    data = harness.prepare(options.scale)
    work = options.work.split(",")
    peers = [peer for peer in options.peers.split(",") if installed(peer)]
    absent = [peer for peer in options.peers.split(",") if peer not in peers]
    if absent:
        note("Left out, not installed: " + ", ".join(absent))
    tables, troubles, inside = {}, {}, {}
    for peer in peers:
        tables[peer], troubles[peer] = measure(peer, data, work, options)
        if peer == "sinter":
            note("sinter, inside the process …")
            inside = workloads.in_process(harness.loaded_store(data), data, work, options.seconds)
    if not any(tables.values()):
        sys.exit("Nothing was measured.")
    limit_lines = {}
    if "W8" in work and "sinter" in peers:
        ours, limit_lines, sqlite = in_turn.measure(harness.loaded_store(data), data, bool(tables.get("sqlite")),
                                                    2 * options.seconds)
        inside |= ours
        if sqlite:
            tables["sqlite"] |= sqlite
    text = report(tables, inside, limit_lines, troubles, data, options.scale, time.monotonic() - start)
    print(text)
    if not options.print:
        harness.write_section(f"graph {options.scale}", text, "The graph workloads, side by side")
    if any(wrong(lines, metric) for lines in [*tables.values(), inside] for metric in workloads.METRICS):
        sys.exit("Some answers were wrong.")


if __name__ == "__main__":
    main()
