"""The workloads of the side-by-side run: what is measured, in what unit, with which bar; and how we run each in the process."""
import math
import subprocess

import harness


class Metric:
    """A row of the table.

    `bar` says what Sinter's figure has to be: ("best", n) n times as good as the best peer's, ("limit", n) n times as good as
    the limit, a peer's name and n, or ("at most", n) in the row's unit. `text`, `key` and `parameters` are the statement, the
    expected answers and the calls of the figure that is taken inside the process.
    """

    def __init__(self, workload, name, title, unit, less=True, bar=None, text=None, key=None, parameters=None):
        self.workload, self.name, self.title, self.unit, self.less, self.bar = workload, name, title, unit, less, bar
        self.text, self.key, self.parameters = text, key, parameters

    def ratio(self, ours, theirs):
        """How many times as good as their figure ours is."""
        return theirs / ours if self.less else ours / theirs


def by_id(name):
    return lambda given: [{"id": one} for one in given[name]]


METRICS = [
    Metric("W0", "roundtrip_p50", "`RETURN 1`: what a binding or a pipe costs", "us", text="RETURN 1 AS x"),
    Metric("W1", "load_time", "bulk load, CSV to durable store", "s", bar=("best", 1)),
    Metric("W1", "peak_rss", "bulk load, peak memory", "MB", bar=("at most", 1024)),
    Metric("W1", "disk", "size on disk", "MB"),
    Metric("W2", "point_lookup_p50", "point look-up by id", "us", bar=("best", 1.5), text="W2", key="w2",
           parameters=by_id("w2_items")),
    Metric("W3", "1hop_expand_p50", "one hop", "us", bar=("best", 2.5), text="W3_1", key="w3_1hop", parameters=by_id("w3_users")),
    Metric("W3", "2hop_count_p50", "two hops, count", "us", bar=("best", 6), text="W3_2", key="w3_2hop",
           parameters=by_id("w3_users")),
    Metric("W3", "3hop_distinct_p50", "three hops, distinct count", "us", bar=("best", 10), text="W3_3", key="w3_3hop",
           parameters=by_id("w3_users")),
    Metric("W4", "recommend_p50", "recommendation, as a user writes it", "us", bar=("best", 15), text="W4", key="w4",
           parameters=by_id("w4_users")),
    Metric("W4", "recommend_tuned_p50", "the same, Ladybug's fastest text", "us", text="W4_TUNED", key="w4",
           parameters=by_id("w4_users")),
    Metric("W5", "top_tags", "top tags by purchases", "ms", bar=("best", 3), text="W5_TAGS", key="w5_tags"),
    Metric("W5", "degree_distribution", "degree distribution", "ms", bar=("best", 10), text="W5_DEG", key="w5_degree"),
    Metric("W6", "follow_cobuy_count", "follow and co-buy, all", "ms", bar=("best", 2), text="W6", key="w6"),
    Metric("W7", "shortest_path_p50", "shortest path", "us", bar=("best", 15), text="W7", key="w7",
           parameters=lambda given: [{"a": a, "b": b} for a, b in given["w7_pairs"]]),
    Metric("W8", "single_durable", "durable commits of one edge, one writer", "commits/s", less=False, bar=("limit", 0.9)),
    Metric("W8", "grouped_durable", "the same, 16 writers", "commits/s", less=False, bar=("sqlite", 3)),
    Metric("W8", "batch1000_durable", "edges in durable batches of 1,000", "edges/s", less=False, bar=("best", 1)),
]


def agree(key, rows, expected):
    """Whether the rows of one call say what is expected."""
    if key == "w2":
        return len(rows) == 1 and rows[0][0] == expected[0] and math.isclose(rows[0][1], expected[1], abs_tol=0.005)
    if key == "w3_1hop":
        return sorted(row[0] for row in rows) == expected
    if key == "w4":
        return [[item, score, sorted(tags)] for item, score, tags in rows] == expected
    if key in ("w5_tags", "w5_degree"):
        return rows == expected
    if key == "w7":
        return (rows[0][0] if rows else None) == expected
    return rows == [[expected]]


def in_process(store, data, work, seconds):
    """Our figures without a pipe: {(workload, metric): line}, the form of `run_graph.py`. Every answer is checked."""
    texts, given, expected = harness.queries(), harness.read_json(data, "params.json"), harness.read_json(data, "expected.json")
    lines = {}
    for metric in METRICS:
        if not metric.text or metric.workload not in [*work, "W0"]:
            continue
        parameters = metric.parameters(given) if metric.parameters else None
        try:
            figures, answers = harness.bench(store, texts.get(metric.text, metric.text), parameters, seconds, answers=True)
        except subprocess.CalledProcessError as error:
            harness.note(f"{metric.title}: {error}")
            continue
        wanted = [[[1]]] if metric.key is None else expected[metric.key] if parameters else [expected[metric.key]]
        wrong = len(wanted) != len(answers)
        for rows, want in zip(answers, wanted):
            wrong += not (rows == want if metric.key is None else agree(metric.key, rows, want))
        lines[metric.workload, metric.name] = {
            "value": figures["p50_us"] / (1000 if metric.unit == "ms" else 1), "mismatches": wrong, "n": figures["calls"],
            "min": figures["min_us"] / (1000 if metric.unit == "ms" else 1)}
    return lines
