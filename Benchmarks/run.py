#!/usr/bin/env python3
"""Runs the side-by-side benchmark for Sinter and every installed peer, and writes one table with ratios.

    Benchmarks/run.py [--scale S] [--peers sinter,kuzu,…] [--work W1,W2,W3,W4] [--cap 20] [--load-reps 3] [--write]

The generator, the expected answers and the adapters live in a folder beside the project: $SINTER_SHARED/bench (default
../shared). $BENCH_PYTHON (default python3) has the peers installed; $BENCH_DIR is the scratch folder; `sinter` is the one on
the PATH. Without --write the table is printed only; with it, it replaces the section of that scale in
Benchmarks/RESULTS.md. Every answer is checked against the expected ones: a wrong one is shown in the table, not hidden.
"""
import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.path.abspath(os.environ.get("SINTER_SHARED", os.path.join(TOP, "..", "shared")))
BENCH = os.path.join(SHARED, "bench")
PYTHON = os.environ.get("BENCH_PYTHON", "python3")
SCRATCH = os.environ.get("BENCH_DIR") or os.path.join(tempfile.gettempdir(), "sinter-bench")
ENVIRONMENT = {**os.environ, "BENCH_DIR": SCRATCH, "PYTHONDONTWRITEBYTECODE": "1"}
PEERS = ["sinter", "kuzu", "ladybug", "duckdb", "sqlite", "csr_limit"]
RESULTS = os.path.join(TOP, "Benchmarks", "RESULTS.md")

# (workload, metric, what it is, unit, whether less is better)
METRICS = [
    ("W1", "load_time", "bulk load, CSV to durable store", "s", True),
    ("W1", "peak_rss", "bulk load, peak memory", "MB", True),
    ("W1", "disk", "size on disk", "MB", True),
    ("W2", "point_lookup_p50", "point look-up by id", "us", True),
    ("W3", "1hop_expand_p50", "one hop", "us", True),
    ("W3", "2hop_count_p50", "two hops, count", "us", True),
    ("W3", "3hop_distinct_p50", "three hops, distinct count", "us", True),
    ("W4", "recommend_p50", "co-purchase recommendation", "us", True),
    ("W4", "recommend_tuned_p50", "the same, the peer's fastest text", "us", True),
    ("W5", "top_tags", "top tags by purchases", "ms", True),
    ("W5", "degree_distribution", "degree distribution", "ms", True),
    ("W6", "follow_cobuy_count", "follow and co-buy, all", "ms", True),
    ("W7", "shortest_path_p50", "shortest path", "us", True),
    ("W8", "single_durable", "durable commits of one edge", "commits/s", False),
    ("W8", "batch1000_durable", "edges in durable batches of 1,000", "edges/s", False),
]
THROUGH_PIPE = {"us"}      # figures of a process behind a pipe: its round trip is subtracted


def run(arguments, **options):
    return subprocess.run(arguments, env=ENVIRONMENT, check=True, **options)


def installed(peer):
    """Whether a peer can run here."""
    if peer == "sinter":
        return shutil.which("sinter") is not None
    module = {"csr_limit": "pyarrow", "sqlite": "sqlite3"}.get(peer, peer)
    if peer == "csr_limit" and not shutil.which("gcc"):
        return False
    return subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True).returncode == 0


def prepare(scale):
    """The generated shop with its expected answers; made once."""
    data = os.path.join(SCRATCH, "data", scale)
    if not os.path.exists(os.path.join(data, "manifest.json")):
        os.makedirs(data, exist_ok=True)
        run([PYTHON, os.path.join(BENCH, "gen.py"), "--scale", scale, "--out", data])
    if not os.path.exists(os.path.join(data, "expected.json")):
        run([PYTHON, os.path.join(BENCH, "oracle.py"), data])
    return data


def measure(peer, data, options):
    """One peer's lines: {(workload, metric): line}; an empty table when it failed."""
    name = "subprocess_json:" + os.path.join(BENCH, "configs", "sinter.json") if peer == "sinter" else peer
    command = [PYTHON, os.path.join(BENCH, "run_graph.py"), "--peer", name, "--data", data, "--work", options.work,
               "--cap", str(options.cap), "--load-reps", str(options.load_reps)]
    print(f"{peer} …", file=sys.stderr, flush=True)
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{peer} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}", file=sys.stderr)
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return {(line["workload"], line["metric"]): line for line in lines}


def first_query(data):
    """Median milliseconds of a whole process that opens the loaded store and answers one point query."""
    store = os.path.join(SCRATCH, "db", f"sinter_json-{os.path.basename(data)}")
    with open(os.path.join(data, "params.json")) as file:
        item = json.load(file)["w2_items"][0]
    times = []
    for _ in range(11):
        start = time.perf_counter()
        run(["sinter", "query", store, "MATCH (i:Item {id: $id}) RETURN i.title, i.price", "--param", f"id={item}"],
            stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[1:])


def value(table, workload, metric, unit):
    line = table.get((workload, metric))
    if line is None or line["value"] is None:
        return None
    trip = table.get(("W0", "roundtrip_p50"))
    return line["value"] - trip["value"] if trip and unit in THROUGH_PIPE else line["value"]


def mismatches(table, workload, metric):
    total = table.get((workload, metric.replace("_p50", "_total")), {})
    return total.get("mismatches") or table.get((workload, metric), {}).get("mismatches") or 0


def short(number):
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def markdown(tables, data, options):
    """The table: a row for each metric, a column for each peer; behind a peer's figure, how far Sinter is ahead."""
    with open(os.path.join(data, "manifest.json")) as file:
        manifest = json.load(file)
    ours = tables.get("sinter")
    rows = [["what", "unit", *tables], ["---", "---", *("---:" for _ in tables)]]
    for workload, metric, title, unit, less in METRICS:
        cells = []
        for peer, table in tables.items():
            figure = value(table, workload, metric, unit)
            if figure is None:
                cells.append("–")
                continue
            cell = short(figure)
            base = value(ours, workload, metric, unit) if ours and peer != "sinter" else None
            if base and figure > 0 and base > 0:
                cell += f" ({(figure / base if less else base / figure):.2g}×)"
            if mismatches(table, workload, metric):
                cell += " **wrong answers**"
            cells.append(cell)
        if any(cell != "–" for cell in cells):
            rows.append([title, unit, *cells])
    versions = [f"{peer} {table[('W1', 'load_time')].get('version', '')}".strip() for peer, table in tables.items()
                if ("W1", "load_time") in table]
    text = [f"Scale {options.scale}: {manifest['total_nodes']:,} nodes, {manifest['total_edges']:,} relationships; "
            f"{os.cpu_count()} processors, {platform.machine()}; one run, {time.strftime('%Y-%m-%d')}. "
            f"({', '.join(versions)})", ""]
    text += ["| " + " | ".join(row) + " |" for row in rows]
    text += ["", "In parentheses: how many times Sinter is ahead (below 1: behind). Medians; p50 figures of Sinter are less the "
             "round trip of its pipe" + (f" ({ours[('W0', 'roundtrip_p50')]['value']:.0f} us)."
                                         if ours and ("W0", "roundtrip_p50") in ours else ".")]
    load = value(ours, "W1", "load_time", "s") if ours else None
    if load:
        text.append(f"Sinter loads {manifest['total_edges'] / load / 1e6:.2f} M relationships/s end to end.")
        text.append(f"Opening the loaded store and answering a first point query, as a whole process: "
                    f"{first_query(data):.0f} ms (median of 10).")
    return "\n".join(text) + "\n"


def write(section, text):
    """Replaces what stands between the section's two marks in RESULTS.md, or adds the section."""
    begin, end = f"<!-- begin {section} -->\n", f"<!-- end {section} -->\n"
    old = open(RESULTS, encoding="utf-8").read() if os.path.exists(RESULTS) else "# Results\n"
    if begin in old and end in old:
        head, rest = old.split(begin, 1)
        new = head + begin + text + end + rest.split(end, 1)[1]
    else:
        new = old.rstrip("\n") + "\n\n" + begin + text + end
    with open(RESULTS, "w", encoding="utf-8") as file:
        file.write(new)


def main():
    parser = argparse.ArgumentParser(description="Side-by-side benchmark: Sinter and its peers in one run.")
    parser.add_argument("--scale", default="S")
    parser.add_argument("--peers", default="", help="comma-separated; default: all that are installed")
    parser.add_argument("--work", default="W1,W2,W3,W4,W5,W6,W7,W8")
    parser.add_argument("--cap", type=float, default=20, help="seconds for each workload")
    parser.add_argument("--load-reps", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="replace the section of this scale in Benchmarks/RESULTS.md")
    options = parser.parse_args()
    if not os.path.exists(os.path.join(BENCH, "run_graph.py")):
        sys.exit(f"No benchmark in {BENCH}; name the folder that holds bench/ in SINTER_SHARED.")
    peers = options.peers.split(",") if options.peers else PEERS
    absent = [peer for peer in peers if not installed(peer)]
    if absent:
        print("Left out, not installed: " + ", ".join(absent), file=sys.stderr)
    data = prepare(options.scale)
    tables = {peer: measure(peer, data, options) for peer in peers if peer not in absent}
    tables = {peer: table for peer, table in tables.items() if table}
    if not tables:
        sys.exit("Nothing was measured.")
    text = markdown(tables, data, options)
    print(text)
    if options.write:
        write(f"graph {options.scale}", text)


if __name__ == "__main__":
    main()
