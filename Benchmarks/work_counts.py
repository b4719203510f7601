#!/usr/bin/env python3
"""Counts instructions and heap allocations of small workloads, and compares them with Benchmarks/thresholds.json.

    Benchmarks/work_counts.py [--only TEXT] [--update]

Counts do not depend on what else the machine does, so they can guard against regressions where times cannot. Each workload is
run with n and with 2n rounds on the shop in data/, and the difference is divided by n: starting and opening fall out.
Instructions are Valgrind's (cachegrind, on a stripped copy of the program), of user space only; Valgrind shows a processor with
AVX2 and without AVX-512, so the code for that is what is counted. Allocations are counted by limits/allocations.c (LD_PRELOAD).
A count above its threshold by more than the tolerance fails; one below by more asks for a lower threshold. --update writes the
counts as the new thresholds. SINTER names the program (default: `sinter` on the PATH). Linux.
"""
import argparse
import concurrent.futures
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

import harness

THRESHOLDS = os.path.join(harness.HERE, "thresholds.json")
TOLERANCE = 0.10

USERS = [{"id": f"u{number:03}"} for number in range(1, 300, 30)]
ITEMS = [{"id": f"i{number:03}"} for number in range(1, 600, 60)]
PAIRS = [{"a": f"u{number:03}", "b": f"u{number + 7:03}"} for number in range(1, 280, 28)]
COBOUGHT = ("MATCH (u:User {id: $id})-[:BOUGHT]->(i:Item)<-[:BOUGHT]-(v:User)-[:BOUGHT]->(j:Item) "
            "WHERE v <> u AND j <> i ")

# Reading statements: (name, rounds, calls of a round, text). A unit is a call.
READS = [
    ("RETURN 1", 200, None, "RETURN 1 AS one"),
    ("point look-up", 40, ITEMS, "MATCH (i:Item {id: $id}) RETURN i.title AS title, i.price AS price"),
    ("one hop", 20, USERS, "MATCH (u:User {id: $id})-[:BOUGHT]->(i:Item) RETURN i.id AS id"),
    ("two hops, count", 20, USERS,
     "MATCH (u:User {id: $id})-[:BOUGHT]->(i:Item)<-[:BOUGHT]-(v:User) WHERE v <> u RETURN count(*) AS n"),
    ("three hops, distinct", 10, USERS, COBOUGHT + "RETURN count(DISTINCT j) AS n"),
    ("recommendation", 5, USERS,
     COBOUGHT + "WITH j, count(*) AS score WHERE NOT EXISTS { (:User {id: $id})-[:BOUGHT]->(j) } "
     "WITH j, score ORDER BY score DESC, j.id LIMIT 10 OPTIONAL MATCH (j)-[:HAS_TAG]->(t:Tag) "
     "WITH j.id AS id, score, collect(t.name) AS tags RETURN id, score, tags ORDER BY score DESC, id"),
    ("RECOMMEND", 5, USERS, "MATCH (u:User {id: $id}) RECOMMEND (i:Item) FOR u LIMIT 10 SCORE AS s RETURN i.id, s"),
    ("top tags", 10, None,
     "MATCH (:User)-[:BOUGHT]->(:Item)-[:HAS_TAG]->(t:Tag) RETURN t.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 20"),
    ("degree distribution", 20, None,
     "MATCH (u:User)-[:BOUGHT]->(:Item) WITH u, count(*) AS d RETURN d, count(*) AS users ORDER BY d"),
    ("follow and co-buy", 5, None,
     "MATCH (u:User)-[:FOLLOWS]->(v:User)-[:BOUGHT]->(i:Item)<-[:BOUGHT]-(u) RETURN count(*) AS n"),
    ("shortest path", 10, PAIRS,
     "MATCH p = shortestPath((a:User {id: $a})-[:FOLLOWS*1..6]->(b:User {id: $b})) RETURN length(p) AS n"),
    ("filtered scan", 20, None, "MATCH (i:Item) WHERE i.price > 50 AND i.title CONTAINS 'e' RETURN count(*) AS n"),
    ("sort with limit", 20, None, "MATCH (i:Item) RETURN i.id, i.price ORDER BY i.price DESC, i.id LIMIT 10"),
    ("groups of texts", 20, None, "MATCH (u:User) RETURN u.country AS country, avg(u.age) AS age, count(*) AS n"),
]


def buy(number):
    return {"u": f"u{number % 300 + 1:03}", "i": f"i{number * 7 % 600 + 1:03}"}


EDGE = "MATCH (u:User {id: $u}), (i:Item {id: $i}) CREATE (u)-[:BOUGHT {quantity: 1}]->(i)"
EDGES = "UNWIND $rows AS row MATCH (u:User {id: row.u}), (i:Item {id: row.i}) CREATE (u)-[:BOUGHT {quantity: 1}]->(i)"
MERGES = "UNWIND $rows AS row MERGE (x:Word {id: row.i}) ON CREATE SET x.n = 1 ON MATCH SET x.n = x.n + 1"


# Through the machine mode: (name, rounds, units of a round, what makes the request of a round).
REQUESTS = [
    ("a statement never met before", 50, 1, lambda k: {"query": f"/* {k} */ " + READS[5][3], "params": {"id": "u001"}}),
    ("durable commit of one edge", 100, 1, lambda k: {"query": EDGE, "params": buy(k)}),
    ("edge of a batch of 500", 4, 500,
     lambda k: {"query": EDGES, "params": {"rows": [buy(500 * k + row) for row in range(500)]}}),
    ("MERGE of a batch of 500", 4, 500,
     lambda k: {"query": MERGES, "params": {"rows": [buy(500 * k + row) for row in range(500)]}}),
]
LOADED = 20_000     # rows of the load that counts; the other has twice as many


class Counter:
    """Runs the program and counts."""

    def __init__(self, program, folder):
        self.folder = folder
        self.program = os.path.join(folder, "sinter")
        shutil.copy(program, self.program)
        # Valgrind 3.19 fails on the debug information of Swift.
        subprocess.run(["strip", self.program], check=True)
        self.library = os.path.join(folder, "allocations.so")
        compiler = next((name for name in ("cc", "gcc", "clang") if shutil.which(name)), None)
        source = os.path.join(harness.HERE, "limits", "allocations.c")
        self.counts_allocations = compiler is not None and subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", source, "-o", self.library]).returncode == 0
        self.counts_instructions = shutil.which("valgrind") is not None
        # Swift seeds its hash tables at random otherwise, and counts differ.
        self.environment = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1", "NO_COLOR": "1"}

    def run(self, arguments, kind, input=None):
        """The count of one process; `kind` is "instructions" or "allocations"."""
        command, environment = [self.program, *arguments], self.environment
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            out = os.path.join(folder, "count")
            if kind == "instructions":
                command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={out}", *command]
            else:
                environment = {**environment, "LD_PRELOAD": self.library, "ALLOCATIONS_FILE": out}
            done = subprocess.run(command, env=environment, input=input, capture_output=True, text=True)
            if done.returncode != 0 or '"error"' in done.stdout:
                raise SystemExit(f"{' '.join(command)}\n{done.stdout[-500:]}\n{done.stderr[-1000:]}")
            if kind == "instructions":
                return int(re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)[1].replace(",", ""))
            with open(out, encoding="utf-8") as file:
                return int(file.read().split()[0])


class Workloads:
    """The stores and inputs of the workloads; `count` gives the count of one workload with n rounds."""

    def __init__(self, counter):
        self.counter, self.folder = counter, counter.folder
        self.shop = os.path.join(self.folder, "shop")
        subprocess.run([counter.program, "load", self.shop, "--manifest", os.path.join(harness.TOP, "schema", "demo.yaml"),
                        "--data", os.path.join(harness.TOP, "data")], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([counter.program, "query", self.shop, "CREATE CONSTRAINT FOR (x:Word) REQUIRE x.id IS UNIQUE"],
                       check=True, stdout=subprocess.DEVNULL)
        # A statement that a shop without the data would answer at once would count nothing.
        for name, _, calls, text in READS:
            figures = self.bench(text, calls, 1)
            rows = json.loads(subprocess.run([counter.program, *figures, "--format", "json"], check=True, capture_output=True,
                                             text=True).stdout)["rows"]
            if rows < len(calls or [0]) // 2:
                raise SystemExit(f"{name}: only {rows} rows")
        for rows in (LOADED, 2 * LOADED):
            folder = os.path.join(self.folder, f"csv{rows}")
            os.makedirs(folder)
            with open(os.path.join(folder, "nodes-Word.csv"), "w", encoding="utf-8") as file:
                file.write("id:ID,name,n:int\n")
                file.writelines(f"w{row},word number {row},{row % 97}\n" for row in range(rows // 2))
            with open(os.path.join(folder, "edges-NEXT.csv"), "w", encoding="utf-8") as file:
                file.write(":START_ID,:END_ID,weight:int\n")
                file.writelines(f"w{row},w{row * 31 % (rows // 2)},{row % 89}\n" for row in range(rows // 2))

    def bench(self, text, calls, rounds):
        lines = os.path.join(self.folder, f"calls{id(calls)}.jsonl")
        if calls and not os.path.exists(lines):
            with open(lines, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(call) + "\n" for call in calls)
        return ["bench", self.shop, text, "--rounds", str(rounds), *(["--param-lines", lines] if calls else [])]

    def read(self, text, calls, rounds, kind):
        return self.counter.run(self.bench(text, calls, rounds), kind)

    def request(self, make, rounds, kind):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            store = shutil.copy(self.shop, os.path.join(folder, "shop"))
            lines = "".join(json.dumps(make(k)) + "\n" for k in range(rounds))
            return self.counter.run(["shell", "--json", store], kind, input=lines)

    def load(self, rows, kind):
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            return self.counter.run(
                ["load", os.path.join(folder, "store"), "--neo4j", os.path.join(self.folder, f"csv{rows}")], kind)

    def all(self):
        """(name, units, count with n rounds, count with 2n rounds), the counts as functions of the kind."""
        for name, rounds, calls, text in READS:
            yield (name, rounds * len(calls or [0]), lambda kind, t=text, c=calls, n=rounds: self.read(t, c, n, kind),
                   lambda kind, t=text, c=calls, n=rounds: self.read(t, c, 2 * n, kind))
        for name, rounds, units, make in REQUESTS:
            yield (name, rounds * units, lambda kind, m=make, n=rounds: self.request(m, n, kind),
                   lambda kind, m=make, n=rounds: self.request(m, 2 * n, kind))
        yield "loaded row", LOADED, lambda kind: self.load(LOADED, kind), lambda kind: self.load(2 * LOADED, kind)


def rounded(count):
    """Counts per unit, to four digits."""
    return float(f"{count:.4g}") if count < 1000 else round(float(f"{count:.4g}"))


def measure(workloads, kinds, only):
    chosen = [one for one in workloads.all() if only in one[0]]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        pending = {(name, kind): (units, pool.submit(once, kind), pool.submit(twice, kind))
                   for name, units, once, twice in chosen for kind in kinds}
        counts = {key: rounded((twice.result() - once.result()) / units) for key, (units, once, twice) in pending.items()}
    return {name: {kind: counts[name, kind] for kind in kinds} for name, *_ in chosen}


def compare(counts, known):
    """Prints the counts beside their thresholds; the names of those that are too high."""
    over = []
    print(f"{'per call, commit or row':42} {'count':>12} {'threshold':>12}")
    for name, kinds in counts.items():
        for kind, count in kinds.items():
            threshold = known.get(name, {}).get(kind)
            verdict = ""
            if threshold is None:
                verdict = "no threshold: run with --update"
            elif count > threshold * (1 + TOLERANCE) + 0.5:
                verdict = f"TOO MANY: {count / max(threshold, 0.01):.2f} times"
                over.append(f"{name}, {kind}")
            elif count < threshold * (1 - TOLERANCE) - 0.5:
                verdict = "fewer: lower the threshold (--update)"
            print(f"{name + ', ' + kind:42} {count:>12,} {'–' if threshold is None else format(threshold, ','):>12} {verdict}")
    return over


def main():
    parser = argparse.ArgumentParser(description="Guards counts of instructions and allocations.")
    parser.add_argument("--only", default="", help="workloads whose name has this")
    parser.add_argument("--update", action="store_true", help="write the counts to Benchmarks/thresholds.json")
    options = parser.parse_args()
    program = shutil.which(harness.SINTER)
    if not program or platform.system() != "Linux":
        sys.exit("work counts: needs Linux and a release build of `sinter` (SINTER, or the PATH)")
    known = harness.read_json(THRESHOLDS) if os.path.exists(THRESHOLDS) else {"machine": platform.machine(), "workloads": {}}
    with tempfile.TemporaryDirectory() as folder:
        counter = Counter(program, folder)
        kinds = ["allocations"] if counter.counts_allocations else []
        if not counter.counts_instructions:
            print("work counts: SKIPPED instructions: there is no valgrind")
        elif known["machine"] != platform.machine():
            print(f"work counts: SKIPPED instructions: the thresholds are of {known['machine']}")
        else:
            kinds.append("instructions")
        counts = measure(Workloads(counter), kinds, options.only)
    if options.update:
        for name, kinds in counts.items():
            known["workloads"].setdefault(name, {}).update(kinds)
        with open(THRESHOLDS, "w", encoding="utf-8") as file:
            json.dump(known, file, indent=1)
            file.write("\n")
    over = compare(counts, known["workloads"])
    if over:
        sys.exit("work counts: more than the threshold allows: " + "; ".join(over) + "\n"
                 "Find what costs it, or take the new counts with `make bench-counts COUNTS_FLAGS=--update` and say why.")


if __name__ == "__main__":
    main()
