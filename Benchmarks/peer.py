"""One peer's part of the side-by-side run, in a process of its own: `run_graph.py` of the shared benchmark with three changes.

    BENCH_PYTHON Benchmarks/peer.py BENCH_FOLDER PEER DATA WORKLOADS CAP_SECONDS LOADS

A workload of a peer, its warming included, ends after CAP_SECONDS (a call that has begun is never cut; where the first call of
an analytic statement took longer, it is the figure). A peer in this process answers `RETURN 1` too, so that W0 says what its
binding to Python costs. Only the durable mode is measured.
"""
import importlib
import importlib.util            # kuzu needs it and does not import it
import json
import os
import sys
import time

ANALYTIC = {"w5_tags": ("W5", "top_tags"), "w5_degree": ("W5", "degree_distribution"), "w6": ("W6", "follow_cobuy_count")}


def ping(adapter):
    """`RETURN 1` in the peer's own way, None for what has no statements."""
    if hasattr(adapter, "k"):                                   # kuzu and its kin
        return lambda self: self.rows("RETURN 1 AS x")
    if adapter.name == "duckdb":
        adapter.c.execute("PREPARE one AS SELECT 1")
        return lambda self: self.c.execute("EXECUTE one").fetchall()
    if adapter.name == "sqlite":
        return lambda self: self.c.execute("SELECT 1").fetchall()
    return None


def first_only(kind, name, cap, expected, norm):
    """The method `name` of an adapter; a call that takes longer than the cap is reported at once, and no other is made."""
    def call(self):
        start = time.perf_counter()
        answer = getattr(kind, name)(self)
        seconds = time.perf_counter() - start
        if seconds > cap:
            workload, metric = ANALYTIC[name]
            print(json.dumps({"workload": workload, "metric": metric, "value": seconds * 1e3, "unit": "ms", "n": 1,
                              "of": 5, "mismatches": int(norm(name, answer) != expected[name])}), flush=True)
            raise NotImplementedError
        return answer
    return call


def measured(kind):
    """The adapter's class with `ping`, set up when a store is opened, and without the modes that are not durable."""
    class Measured(kind):
        w8_extra = ()

        def open(self, *arguments):
            super().open(*arguments)
            self.w8_modes = tuple(mode for mode in self.w8_modes if mode == "durable")
            answer = None if hasattr(kind, "ping") else ping(self)
            if answer:
                type(self).ping = answer
    return Measured


def main():
    folder, peer, data, work, cap, loads = sys.argv[1:]
    sys.path.insert(0, folder)
    run_graph = importlib.import_module("run_graph")
    module = importlib.import_module("peers." + peer.partition(":")[0])
    with open(os.path.join(data, "expected.json"), encoding="utf-8") as file:
        expected = json.load(file)
    kind, module.Peer = module.Peer, measured(module.Peer)
    for name in ANALYTIC:
        setattr(module.Peer, name, first_only(kind, name, float(cap), expected, run_graph.norm))
    uncapped = run_graph.timed_each
    run_graph.timed_each = lambda call, calls, seconds: uncapped(call, calls, min(seconds, float(cap)))
    sys.argv = [os.path.join(folder, "run_graph.py"), "--peer", peer, "--data", data, "--work", work, "--cap", cap,
                "--load-reps", loads]
    run_graph.main()


if __name__ == "__main__":
    main()
