#!/usr/bin/env python3
"""What this machine's memory allows each workload, and how far Sinter is from it.

    Benchmarks/roofline.py [--scale S] [--print]

limits/memory.c measures three figures for working sets from the first cache to main memory: a load that waits for the one
before (chase), loads of random lines whose addresses are known (gather), and reading in order (stream). For each workload, the
least that has to be touched is counted on the generated data with the parameters of the benchmark: lists of four-byte ids in order,
offsets of eight bytes. The sum of what that costs is the limit, the median over the calls; one thread, no database.
"""
import argparse
import array
import csv
import os
import statistics
import tempfile
import time

import harness
import limits
import workloads
from harness import note, short

LINE = 64


class Lists:
    """The lists of one type of relationship: the neighbours of each node, out and in."""

    def __init__(self, data, name, sources, targets):
        self.out = [array.array("i") for _ in range(sources)]
        self.into = [array.array("i") for _ in range(targets)]
        with open(os.path.join(data, "plain", name + ".csv"), encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            next(rows)
            for row in rows:
                source, target = number(row[0]), number(row[1])
                self.out[source].append(target)
                self.into[target].append(source)

    def bytes(self):
        """Of ids and offsets, both directions."""
        return 8 * sum(map(len, self.out)) + 8 * (len(self.out) + len(self.into))


def number(name):
    """`user-001123` is node 1123 of its label."""
    return int(name.rsplit("-", 1)[1])


class Memory:
    """The costs in nanoseconds of touching a structure of a given size."""

    def __init__(self):
        self.levels = limits.memory()
        if not self.levels:
            raise SystemExit("The roofline needs gcc.")

    def level(self, size):
        return next((level for level in self.levels if level["bytes"] >= size), self.levels[-1])

    def chase(self, size, steps=1):
        return steps * self.level(size)["chase_ns"]

    def gather(self, size, lines):
        return lines * self.level(size)["gather_ns"]

    def stream(self, size, amount):
        return amount / self.level(size)["stream_gb_s"]


class Roofline:
    """Nanoseconds of the limit for each call of a workload, and in words what is counted."""

    def __init__(self, data):
        manifest = harness.read_json(data, "manifest.json")
        count = {label: node["count"] for label, node in manifest["nodes"].items()}
        self.given, self.count, self.memory = harness.read_json(data, "params.json"), count, Memory()
        self.bought = Lists(data, "BOUGHT", count["User"], count["Item"])
        self.follows = Lists(data, "FOLLOWS", count["User"], count["User"])
        self.tags = Lists(data, "HAS_TAG", count["Item"], count["Tag"])
        self.names = 64 * (count["User"] + count["Item"])     # an index of ids: a line for each

    def probe(self):
        """From a string id to a node: a line of the index, the id itself to compare."""
        return self.memory.chase(self.names, 2)

    def start(self, lists):
        """From a node to its list: the offset, then the list."""
        return self.memory.chase(lists.bytes(), 2)

    def point(self, call):
        return self.probe() + self.memory.chase(self.names, 1) + self.memory.gather(self.names, 1)

    def one_hop(self, call):
        items = self.bought.out[number(call["id"])]
        return self.probe() + self.start(self.bought) + self.memory.gather(self.names, 2 * len(items))

    def two_hops(self, call):
        items = self.bought.out[number(call["id"])]
        return self.probe() + self.start(self.bought) + self.memory.gather(self.bought.bytes(), len(items))

    def reached(self, call):
        """(items bought, ids in the lists of their buyers, different buyers, ids in the lists of those)"""
        user = number(call["id"])
        items = self.bought.out[user]
        buyers = set()
        for item in items:
            buyers.update(self.bought.into[item])
        buyers.discard(user)
        return (len(items), sum(len(self.bought.into[item]) for item in items), len(buyers),
                sum(len(self.bought.out[buyer]) for buyer in buyers))

    def lists_of_lists(self, call, bytes_per_item):
        """Each list is found at random and then read in order; a bit or a counter is touched for each id."""
        items, back, buyers, forth = self.reached(call)
        whole = self.bought.bytes()
        return (self.probe() + self.start(self.bought) + self.memory.gather(whole, 2 * (items + buyers))
                + self.memory.stream(whole, 4 * (back + forth)) + self.memory.gather(self.count["User"] / 8, back)
                + self.memory.gather(self.count["Item"] * bytes_per_item, forth))

    def three_hops(self, call):
        return self.lists_of_lists(call, 1 / 8)

    def recommendation(self, call):
        best = self.memory.stream(self.count["Item"] * 4, self.count["Item"] * 4)
        return self.lists_of_lists(call, 4) + best + self.memory.gather(self.names, 10 * 12)

    def top_tags(self, _):
        pairs = sum(map(len, self.tags.out))
        return (self.memory.stream(self.bought.bytes(), 8 * self.count["Item"]) + self.memory.stream(self.tags.bytes(), 4 * pairs)
                + self.memory.gather(8 * self.count["Tag"], pairs))

    def degrees(self, _):
        return self.memory.stream(self.bought.bytes(), 8 * self.count["User"]) + self.memory.gather(8 * 1024, self.count["User"])

    def follow_and_cobuy(self, _):
        items = [len(bought) for bought in self.bought.out]
        probes = sum(items[v] for u in range(self.count["User"]) if items[u] for v in self.follows.out[u])
        edges = sum(map(len, self.follows.out))
        return (self.memory.gather(self.bought.bytes(), 2 * edges) + self.memory.stream(self.bought.bytes(), 4 * probes)
                + self.memory.gather(self.count["Item"] / 8, probes))

    def shortest_path(self, call):
        """Breadth first from both ends, the side with fewer ids to read first."""
        ends = number(call["a"]), number(call["b"])
        seen, edge, lists, ids = [{ends[0]}, {ends[1]}], [[ends[0]], [ends[1]]], 0, 0
        sides = self.follows.out, self.follows.into
        for _ in range(6):
            costs = [sum(len(sides[side][node]) for node in edge[side]) for side in (0, 1)]
            side = 0 if costs[0] <= costs[1] else 1
            lists, ids = lists + len(edge[side]), ids + costs[side]
            edge[side] = list({other for node in edge[side] for other in sides[side][node]} - seen[side])
            seen[side].update(edge[side])
            if not edge[side] or seen[0] & seen[1]:
                break
        whole = self.follows.bytes()
        return (2 * self.probe() + 2 * self.start(self.follows) + self.memory.gather(whole, 2 * lists)
                + self.memory.gather(self.count["User"] / 8, 2 * ids))

    LIMITS = {
        "point_lookup_p50": (point, "index line, id, then title and price"),
        "1hop_expand_p50": (one_hop, "probe, offset, list; a node's id and its bytes for each item"),
        "2hop_count_p50": (two_hops, "probe, offset, list; an offset for each item: a degree, no neighbour"),
        "3hop_distinct_p50": (
            three_hops, "the buyers' lists, a bit for each buyer, each different buyer's list once, a bit for each item"),
        "recommend_p50": (
            recommendation, "the same with a counter for each item, the counters once more for the best ten, their tags"),
        "top_tags": (top_tags, "the items' offsets, all tag lists, a counter for each entry"),
        "degree_distribution": (degrees, "the users' offsets, a counter for each"),
        "follow_cobuy_count": (follow_and_cobuy, "a bitmap of each user's items, the lists of whom he follows against it"),
        "shortest_path_p50": (shortest_path, "lists from both ends, a bit set and tested for each id"),
    }


def disk(folder, size=64 << 20):
    """(MB/s of writing with a flush at the end, median milliseconds of flushing a page that was overwritten)"""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        block = os.urandom(1 << 20)
        start = time.perf_counter()
        for _ in range(size >> 20):
            file.write(block)
        file.flush()
        os.fdatasync(file.fileno())
        rate = size / (time.perf_counter() - start) / 1e6
        times = []
        for k in range(100):
            os.pwrite(file.fileno(), block[:4096], 4096 * (k % 16))
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - start) * 1e3)
    return rate, statistics.median(times)


def size_text(size):
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"


def main():
    parser = argparse.ArgumentParser(description="What the memory allows each workload, and how far Sinter is.")
    parser.add_argument("--scale", default="S")
    parser.add_argument("--seconds", type=float, default=1, help="for each of our statements")
    parser.add_argument("--calls", type=int, default=200, help="parameters that the limit is computed for")
    parser.add_argument("--print", action="store_true", help="leave Benchmarks/RESULTS.md alone")
    options = parser.parse_args()
    data = harness.prepare(options.scale)
    store = harness.loaded_store(data)
    note("measuring memory, reading the data …")
    roofline, texts = Roofline(data), harness.queries()
    rows = []
    for metric in workloads.METRICS:
        if metric.name not in Roofline.LIMITS:
            continue
        compute, words = Roofline.LIMITS[metric.name]
        calls = metric.parameters(roofline.given)[:options.calls] if metric.parameters else None
        limit = statistics.median(compute(roofline, call) for call in calls or [None]) / 1e3
        note(metric.title)
        ours = harness.bench(store, texts[metric.text], calls, options.seconds)[0]["p50_us"]
        rows.append([metric.title, words, short(limit), short(ours), f"{ours / limit:,.1f}×"])
    rate, flush = disk(harness.SCRATCH)
    text = f"Scale {options.scale}; {harness.machine()}.\n\n"
    text += harness.table(["working set", "a load after a load, ns", "a random line, ns", "in order, GB/s"],
                          [[size_text(level["bytes"]), level["chase_ns"], level["gather_ns"], level["stream_gb_s"]]
                           for level in roofline.memory.levels]) + "\n"
    text += harness.table(["workload", "what has to be touched", "limit us", "sinter us", "of the limit"], rows, right=2)
    sizes = (lists.bytes() / 1e6 for lists in (roofline.bought, roofline.follows, roofline.tags))
    text += ("\nBOUGHT with both directions takes {:.1f} MB, FOLLOWS {:.1f}, HAS_TAG {:.1f}; ".format(*sizes)
             + "each is charged the smallest working set measured that holds it. "
             f"The disk writes {rate:,.0f} MB/s with a flush at the end, and flushes an overwritten page in {flush:.2f} ms: "
             f"at most {500 / flush:,.0f} commits/s of two flushes.\n")
    print(text)
    if not options.print:
        harness.write_section(f"roofline {options.scale}", text, "Roofline")


if __name__ == "__main__":
    main()
