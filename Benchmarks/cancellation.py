#!/usr/bin/env python3
"""How soon a running statement ends when it is cancelled, and what it takes when its budget is small.

Generates a graph, then drives `sinter shell --json` over it. The first table starts each of some long statements,
sends SIGINT after a while, several times at different moments, and gives the longest time until the error was there
(the goal: 50 ms). The second table runs greedy statements under a small memory budget and gives the error and the
peak of resident memory above what the process had before. After every statement the next one must work.

    swift build -c release && Benchmarks/cancellation.py [--sinter .build/release/sinter] [--only TEXT]
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

SETUP = [
    # A dense graph: every node joined to every other, trails without number.
    "UNWIND range(1, 60) AS i CREATE (:N {i: i, s: toString(i)})",
    "MATCH (a:N), (b:N) WHERE a <> b CREATE (a)-[:E]->(b)",
    # Many rows, a text and an indexed key each.
    "UNWIND range(1, 400000) AS i CREATE (:P {i: i, k: i % 1000, s: 'name of number ' + toString(i * 7919 % 400000)})",
    # A node with very many neighbours, and a sparse network.
    "CREATE (:Hub {i: 0})",
    "MATCH (h:Hub) MATCH (p:P) CREATE (h)-[:HAS]->(p)",
    "CREATE INDEX p_i FOR (n:P) ON (n.i)",
    "UNWIND range(1, 200000) AS i MATCH (a:P {i: i}), (b:P {i: i + i % 97 + 1}) CREATE (a)-[:NEXT]->(b)",
]

LONG = [
    ("cross product, counted", "MATCH (a:P), (b:P) RETURN count(*)"),
    ("cross product, filtered", "MATCH (a:P), (b:P) WHERE a.i + b.i < 0 RETURN a"),
    ("cross product, grouped", "MATCH (a:P), (b:P) RETURN a.k AS k, count(*) AS n, sum(b.i)"),
    ("cross product, top ten", "MATCH (a:P), (b:P) RETURN a.i * b.i % 1000003 AS x ORDER BY x DESC LIMIT 10"),
    ("cross product, top 100,000", "MATCH (a:P), (b:P) RETURN a.i * b.i % 1000003 AS x, a.s ORDER BY x DESC LIMIT 100000"),
    ("cross product, ordered", "MATCH (a:P), (b:P) RETURN a.i * b.i % 1000003 AS x, b.s ORDER BY x"),
    ("cross product, collected", "MATCH (a:P), (b:P) RETURN size(collect(b))"),
    ("cross product, distinct", "MATCH (a:P), (b:P) RETURN DISTINCT a, b"),
    ("cross product, count distinct", "MATCH (a:P), (b:P) RETURN count(DISTINCT a.i * 1000003 + b.i)"),
    ("cross product, percentile", "MATCH (a:P), (b:P) RETURN percentileCont(a.i * b.i % 1000003, 0.5)"),
    ("sort of texts", "UNWIND range(1, 20) AS x MATCH (p:P) WITH p.s + toString(x) AS s ORDER BY s RETURN count(s)"),
    ("30 hops, counted", "MATCH (a:N {i: 1})-[*30]->(b) RETURN count(*)"),
    ("1 to 30 hops, undirected", "MATCH p = (a:N {i: 1})-[*1..30]-(b:N {i: 2}) WHERE length(p) < 0 RETURN p"),
    ("hops of any length over a hub", "MATCH (h:Hub)-[*..6]-(x) RETURN count(*)"),
    ("five hops", "MATCH (a:N)-->(b)-->(c)-->(d)-->(e)-->(f) RETURN count(DISTINCT [a, f])"),
    ("shortest path, step filtered", "MATCH (a:P {i: 5}), (b:P {i: 399999}) MATCH p = shortestPath((a)-[:NEXT*]-(b)) RETURN length(p)"),
    ("all shortest paths, many pairs", "MATCH (a:P) WHERE a.i < 50000 MATCH (b:P {i: a.i + 90000}) MATCH p = allShortestPaths((a)-[:NEXT*]->(b)) RETURN count(p)"),
    ("expansion of a hub, filtered", "UNWIND range(1, 1000) AS x MATCH (h:Hub)-[:HAS]->(p) WHERE p.s ENDS WITH 'x' RETURN p"),
    ("range scan of an index", "UNWIND range(1, 1000) AS x MATCH (p:P) WHERE p.i > x RETURN sum(p.k)"),
    ("subquery for each row", "MATCH (a:P) CALL (a) { MATCH (b:P) WHERE b.k = a.k RETURN count(*) AS c } RETURN sum(c)"),
    ("EXISTS for each row", "MATCH (a:P) WHERE EXISTS { MATCH (b:P) WHERE b.k + a.k < 0 } RETURN a"),
    ("COLLECT for each row", "MATCH (a:P) RETURN max(size(COLLECT { MATCH (b:P) RETURN b.s }))"),
    ("pattern comprehension", "MATCH (a:N) RETURN [(a)-[*12]->(b) | b.i]"),
    ("optional match", "MATCH (a:N) OPTIONAL MATCH (a)-[*30]->(b) WHERE a.i + b.i < 0 RETURN a"),
    ("range of 50 million", "UNWIND range(1, 1000) AS k WITH range(k, 50000000) AS l RETURN size(l)"),
    ("list comprehension", "UNWIND range(1, 3000) AS k RETURN size([x IN range(1, 10000000) WHERE x % 7 = k | x * 2])"),
    ("quantifier", "UNWIND range(1, 3000) AS k RETURN all(x IN range(1, 10000000) WHERE x > 0)"),
    ("nested reduce", "RETURN reduce(s = 0, x IN range(1, 3000000) | reduce(t = s, y IN range(1, 1000) | t + y % 7))"),
    ("reduce that grows a list", "RETURN size(reduce(s = [], x IN range(1, 10000000) | s + x))"),
    ("reduce over long texts", "WITH reduce(s = 'abcdefgh', x IN range(1, 23) | s + s) AS t RETURN size(reduce(u = '', x IN range(1, 1000) | toUpper(t + toString(x))))"),
    ("membership in a long list", "WITH range(1, 10000000) AS l UNWIND range(1, 100000) AS x RETURN count(CASE WHEN -x IN l THEN 1 END)"),
    ("regular expression on a long text", "WITH reduce(s = 'aaaaaaab', x IN range(1, 20) | s + s) AS t RETURN t =~ '(a|aa|a*b?)*(ab|ba|aab)*c'"),
    ("split and replace", "WITH reduce(s = 'a,b;c', x IN range(1, 22) | s + s) AS t UNWIND range(1, 1000) AS x RETURN size(split(replace(t, ';', '::'), ','))"),
    ("create many", "UNWIND range(1, 20000000) AS i CREATE (:M {i: i})"),
    ("set many", "MATCH (p:P) UNWIND range(1, 100) AS x SET p.z = x"),
    ("merge many", "UNWIND range(1, 5000000) AS i MERGE (x:P {i: i % 400000 + 1}) ON MATCH SET x.n = i"),
    ("delete a hub", "UNWIND range(1, 50) AS x MATCH (h:Hub)-[r:HAS]->() DELETE r"),
    ("FOREACH", "FOREACH (i IN range(1, 20000000) | CREATE (:M {i: i}))"),
]

GREEDY = [
    "RETURN range(0, 1000000000000000000)",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN collect(a * b)",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN a, b ORDER BY a * b % 1009",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN DISTINCT a, b",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(DISTINCT a * 1000000 + b)",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN a * 1000000 + b AS k, count(*)",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN a, b",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN a, b ORDER BY a * b % 1009 LIMIT 100000000",
    "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN percentileDisc(a * b, 0.9)",
    "MATCH (a:P), (b:P) RETURN a, b",
    "RETURN size(reduce(s = '', x IN range(1, 10000000) | s + s + 'x'))",
    "RETURN size(reduce(s = [1], x IN range(1, 60) | s + s))",
    "UNWIND range(1, 1000) AS k RETURN [x IN range(1, 1000000) | toString(x + k)]",
    "WITH reduce(s = 'x', i IN range(1, 20) | s + s) AS t RETURN size(replace(t, 'x', t))",
    "WITH reduce(s = 'x', i IN range(1, 20) | s + s) AS t UNWIND range(1, 100000) AS i RETURN t + toString(i) AS u",
    "WITH reduce(s = 'x,', i IN range(1, 24) | s + s) AS t RETURN size(split(t, ','))",
    "MATCH p = (a:N {i: 1})-[*1..30]->(b) RETURN p",
    "MATCH (a:N) RETURN [(a)-[*12]->(b) | b.i]",
    "MATCH (a:P) RETURN COLLECT { MATCH (b:P) RETURN b.s } AS all",
    "UNWIND range(1, 1000000000) AS x CREATE (:M {i: x})",
    "UNWIND range(1, 10000000) AS x CREATE (:M {i: x, s: 'text ' + toString(x)})",
    "FOREACH (i IN range(1, 10000000) | CREATE (:M {i: i}))",
    "UNWIND range(1, 10000000) AS x MERGE (:M {i: x})",
    "UNWIND range(1, 1000000) AS x MATCH (p:P) SET p.z = x",
]


class Shell:
    def __init__(self, program, store):
        self.process = subprocess.Popen([program, "shell", "--json", store], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, text, options=None):
        request = {"query": text}
        if options:
            request["options"] = options
        self.process.stdin.write((json.dumps(request) + "\n").encode())
        self.process.stdin.flush()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"the process ended, status {self.process.wait()}")
        return line if len(line) > 1 << 20 else json.loads(line)

    def run(self, text, options=None):
        self.send(text, options)
        return self.answer()

    def require(self, text):
        answer = self.run(text)
        if "error" in answer:
            sys.exit(f"{text}: {answer['error']}")
        return answer

    def resident(self, field):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith(field)) / 1024

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def prepare(program, store):
    shell = Shell(program, store)
    for text in SETUP:
        shell.require(text)
    shell.close()


def code(answer):
    if isinstance(answer, bytes):
        return "rows"
    return answer["error"]["code"] if "error" in answer else f"{len(answer['rows'])} rows"


def cancel(shell, text, seconds):
    """Milliseconds from the signal to the error, or what came instead."""
    shell.send(text)
    time.sleep(seconds)
    start = time.monotonic()
    shell.process.send_signal(signal.SIGINT)
    answer = shell.answer()
    elapsed = (time.monotonic() - start) * 1000
    if code(answer) != "LimitError.Cancelled":
        return code(answer)
    shell.require("RETURN 1")
    return elapsed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sinter", default=".build/release/sinter")
    parser.add_argument("--only", default="", help="statements whose name or text has this")
    parser.add_argument("--delays", default="0.05,0.4,1.1,2.3", help="seconds after which a statement is cancelled")
    parser.add_argument("--budget", type=int, default=256, help="MiB of the greedy statements")
    parser.add_argument("--limit", type=float, default=50, help="milliseconds that a cancellation may take")
    arguments = parser.parse_args()
    delays = [float(text) for text in arguments.delays.split(",")]
    with tempfile.TemporaryDirectory() as directory:
        store = os.path.join(directory, "graph.sinter")
        prepare(arguments.sinter, store)
        late = 0
        print(f"{'statement':36} {'longest ms':>10}  each")
        for name, text in LONG:
            if arguments.only not in name + text:
                continue
            shell = Shell(arguments.sinter, store)
            shell.require("RETURN 1")
            results = [cancel(shell, text, seconds) for seconds in delays]
            times = [result for result in results if isinstance(result, float)]
            longest = max(times, default=0)
            late += longest > arguments.limit
            each = " ".join(f"{result:.1f}" if isinstance(result, float) else str(result) for result in results)
            print(f"{name:36} {longest:>10.1f}  {each}{'  LATE' if longest > arguments.limit else ''}", flush=True)
            shell.close()
        print(f"\n{'greedy statement, budget ' + str(arguments.budget) + ' MiB':70} {'peak MiB':>8} {'s':>6}  error")
        for text in GREEDY:
            if arguments.only not in text:
                continue
            shell = Shell(arguments.sinter, store)
            shell.require("MATCH (p:P) WHERE p.s CONTAINS 'zzz' RETURN count(p.i)")
            before = shell.resident("VmRSS")
            shell.forget_peak()
            start = time.monotonic()
            answer = shell.run(text, {"memoryLimitBytes": arguments.budget << 20, "timeoutSeconds": 60})
            seconds = time.monotonic() - start
            peak = shell.resident("VmHWM") - before
            shell.require("MATCH (p:P) RETURN count(p)")
            print(f"{text[:70]:70} {peak:>8.0f} {seconds:>6.1f}  {code(answer)}", flush=True)
            shell.close()
    if late:
        sys.exit(f"{late} statements took longer than {arguments.limit:.0f} ms to end")


if __name__ == "__main__":
    main()
