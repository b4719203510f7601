#!/usr/bin/env python3
"""Vector search beside the libraries that are bolted on: recall and queries per second, builds, filters, inserts.

    Benchmarks/vector_search.py [--sets clustered,latent,trained] [--rounds 5] [--write]

Sets: 100,000 vectors of 128 dimensions, clustered and on a smooth manifold (those of W9 in $SINTER_SHARED/bench), and embeddings of the
14,541 entities of FB15k-237 trained by a small TransE in numpy. Every peer is tried at growing settings until its recall@10 is .95;
that setting and `sinter` then take turns, and the fastest and the median round count. One thread searches, two build. A peer gets
1,000 queries in one call; `sinter` gets them as 1,000 rows of one statement, and once more as 1,000 statements.
Runs under BENCH_PYTHON with numpy and the peers that are to be compared (hnswlib, faiss, usearch).
"""
import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time

os.environ.setdefault("OMP_NUM_THREADS", "2")
from harness import BENCH, PYTHON, SCRATCH, SHARED, SINTER, machine, note, table, write_section  # noqa: E402

FOLDER = os.path.join(SCRATCH, "vectors")
K = 10
LEAST = 0.95
BATCH = "UNWIND $queries AS q MATCH (i:V) SEARCH i IN (VECTOR INDEX near FOR q LIMIT 10) SCORE AS s RETURN i.id, s"
SINGLE = "MATCH (i:V) SEARCH i IN (VECTOR INDEX near FOR $q LIMIT 10) SCORE AS s RETURN i.id, s"


# --- Data


def trained():
    """TransE with L2 distance, uniform negatives and Adagrad: entities as vectors of unit length."""
    import gzip
    import numpy as np
    triples, names, types = [], {}, {}
    with gzip.open(os.path.join(SHARED, "data", "fb15k-237", "train.txt.gz"), "rt") as file:
        for line in file:
            h, r, t = line.rstrip("\n").split("\t")
            triples.append((names.setdefault(h, len(names)), types.setdefault(r, len(types)), names.setdefault(t, len(names))))
    triples = np.array(triples)
    rng = np.random.default_rng(1)
    dimension, margin, negatives = 128, 9.0, 32
    entities = rng.uniform(-0.1, 0.1, (len(names), dimension)).astype(np.float32)
    relations = rng.uniform(-0.1, 0.1, (len(types), dimension)).astype(np.float32)
    squares = [np.full(len(names), 1e-6, np.float32), np.full(len(types), 1e-6, np.float32)]
    for _ in range(12):
        order = rng.permutation(len(triples))
        for start in range(0, len(order), 1024):
            h, r, t = triples[order[start:start + 1024]].T
            candidates = rng.integers(0, len(names), negatives)
            translated = entities[h] + relations[r]
            difference = translated - entities[t]
            distance = np.linalg.norm(difference, axis=1) + 1e-9
            other = translated[:, None] - entities[candidates]
            far = np.linalg.norm(other, axis=2) + 1e-9
            pull = (1 / (1 + np.exp(margin - 10 * distance)) / distance)[:, None] * difference
            push = ((1 / (1 + np.exp(10 * far - margin)) / far / negatives)[:, :, None] * other)
            for values, sums, rows, gradient in (
                    (entities, squares[0], h, pull - push.sum(1)), (relations, squares[1], r, pull - push.sum(1)),
                    (entities, squares[0], t, -pull), (entities, squares[0], candidates, push.sum(0))):
                np.add.at(sums, rows, (gradient ** 2).mean(1))
                np.add.at(values, rows, -0.1 * gradient / np.sqrt(sums[rows])[:, None])
    entities /= np.linalg.norm(entities, axis=1, keepdims=True)
    order = rng.permutation(len(entities))
    # Held out: the queries are not in the index.
    return np.ascontiguousarray(entities[order[1000:]]), np.ascontiguousarray(entities[order[:1000]])


def prepare(name):
    """The vectors, the queries and the true neighbours; made once."""
    import numpy as np
    path = os.path.join(FOLDER, name + ".npz")
    if not os.path.exists(path):
        os.makedirs(FOLDER, exist_ok=True)
        if name == "trained":
            x, q = trained()
        else:
            sys.path.insert(0, BENCH)
            import w9_vectors
            x, q = w9_vectors.vectors(100_000, kind=name)
        np.savez(path, x=x, q=q, truth=np.argsort(-(q @ x.T), axis=1)[:, :K])
    found = np.load(path)
    return found["x"], found["q"], found["truth"]


def recall(found, truth):
    return sum(len(set(a[:K]) & set(b)) for a, b in zip(found, truth.tolist())) / truth.size


# --- Peers


def timed(body):
    start, used = time.perf_counter(), time.process_time()
    body()
    return {"wall": time.perf_counter() - start, "cpu": time.process_time() - used}


def peers(x, chosen):
    """name: (build time, settings, search with a setting)"""
    import numpy as np
    made = {}
    if "hnswlib" in chosen:
        import hnswlib
        index = hnswlib.Index("l2", x.shape[1])
        index.init_index(len(x), M=16, ef_construction=200, random_seed=7)
        built = timed(lambda: index.add_items(x, num_threads=2))

        def search(setting, q):
            index.set_ef(setting)
            return index.knn_query(q, K, num_threads=1)[0]
        made["hnswlib"] = (built, (10, 14, 20, 28, 40, 56, 80, 120, 200), search)
    if "faiss" in chosen:
        import faiss
        faiss.omp_set_num_threads(2)
        graph = faiss.IndexHNSWFlat(x.shape[1], 16)
        graph.hnsw.efConstruction = 200
        built = timed(lambda: graph.add(x))

        def search_graph(setting, q):
            graph.hnsw.efSearch = setting
            return graph.search(q, K)[1]
        made["faiss HNSW"] = (built, (10, 14, 20, 28, 40, 56, 80, 120, 200), search_graph)
        lists = faiss.index_factory(x.shape[1], f"IVF{1024 if len(x) > 50_000 else 256},Flat")
        built = timed(lambda: (lists.train(x), lists.add(x)))
        faiss.omp_set_num_threads(1)

        def search_lists(setting, q):
            lists.nprobe = setting
            return lists.search(q, K)[1]
        made["faiss IVF"] = (built, (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128), search_lists)
    if "usearch" in chosen:
        from usearch.index import Index
        for kind in ("f32", "i8"):
            index = Index(ndim=x.shape[1], metric="cos", dtype=kind, connectivity=16, expansion_add=200)
            built = timed(lambda: index.add(np.arange(len(x)), x, threads=2))

            def search_usearch(setting, q, index=index):
                index.expansion_search = setting
                return index.search(q, K, threads=1).keys
            made["usearch " + kind] = (built, (10, 20, 28, 40, 56, 80, 120, 200), search_usearch)
    return made


# --- Sinter


def statement(store, text):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([SINTER, "query", store, text], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"wall": time.perf_counter() - start, "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}


def bench(store, text, lines, *more):
    path = os.path.join(FOLDER, "parameters.jsonl")
    with open(path, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")
    output = subprocess.run(
        [SINTER, "bench", store, text, "--param-lines", path, "--format", "json", *more], check=True, capture_output=True, text=True)
    return json.loads(output.stdout)


def processor(store, text, lines, queries):
    """Queries for each second of the processor: the difference between so many passes and twice as many."""
    def used(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        bench(store, text, lines, "--rounds", str(rounds))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    rounds = 12
    return queries * rounds / max(min(used(2 * rounds) - used(rounds) for _ in range(3)), 1e-9)


def answers(store, text, lines):
    path = os.path.join(FOLDER, "answers.jsonl")
    bench(store, text, lines, "--seconds", "0", "--answers", path)
    with open(path, encoding="utf-8") as file:
        return [[row[0] for row in json.loads(line)] for line in file]


def make_store(name, x):
    import numpy as np
    store = os.path.join(FOLDER, name + ".sinter")
    for path in (store, store + "-lock"):
        if os.path.exists(path):
            os.remove(path)
    rows = os.path.join(FOLDER, name + ".npy")
    np.save(rows, x)
    start = time.perf_counter()
    subprocess.run([SINTER, "load", store, "--vectors", rows, "--label", "V"], check=True, stdout=subprocess.DEVNULL)
    loaded = time.perf_counter() - start
    statement(store, "MATCH (i:V) SET i.g = i.id % 1000")
    subprocess.run([SINTER, "compact", store], check=True, stdout=subprocess.DEVNULL)
    built = statement(
        store, f"CREATE VECTOR INDEX near FOR (i:V) ON (i.embedding) OPTIONS {{indexConfig: {{`vector.dimensions`: {x.shape[1]}}}}}")
    return store, loaded, built


def filtered(store, x, q, lines):
    """Recall, full answers and the median time of a statement under filters."""
    import numpy as np
    figures = {}
    for label, condition, keep in (("1 %", "i.g < 10", lambda ids: ids % 1000 < 10), ("0.1 %", "i.g = 5", lambda ids: ids % 1000 == 5)):
        ids = np.arange(len(x))
        ids = ids[keep(ids)]
        truth = ids[np.argsort(-(q @ x[ids].T), axis=1)[:, :K]]
        text = SINGLE.replace("FOR $q", f"FOR $q WHERE {condition}")
        found = answers(store, text, lines)
        took = bench(store, text, lines[:100], "--seconds", "1")
        figures[label] = {
            "recall": recall(found, truth), "full": min(len(a) for a in found) == min(K, len(ids)), "ms": took["p50_us"] / 1e3}
    return figures


def inserts(store, x):
    """The median time of a commit of one vector, on a copy in memory, with and without the index."""
    parent = "/dev/shm" if os.path.isdir("/dev/shm") else FOLDER
    copy = os.path.join(parent, "sinter-vectors.sinter")
    figures = {}
    for name in ("with", "without"):
        shutil.copy(store, copy)
        if name == "without":
            statement(copy, "DROP INDEX near")
        lines = [{"e": row.tolist()} for row in x[:500]]
        figures[name] = bench(copy, "CREATE (:V {id: -1, embedding: $e})", lines, "--writers", "1", "--seconds", "2")["p50_us"] / 1e3
        os.remove(copy)
    return figures


def measure(name, rounds, chosen):
    x, q, truth = prepare(name)
    note(f"{name}: {len(x)} x {x.shape[1]}")
    store, loaded, built = make_store(name, x)
    batch = [{"queries": q.tolist()}]
    single = [{"q": row.tolist()} for row in q]
    found = answers(store, BATCH, batch)[0]
    own = recall([found[i:i + K] for i in range(0, len(found), K)], truth)
    note(f"  sinter recall {own:.4f}, build {built}")
    turns, used, best = {}, {}, {}
    for peer, (build, settings, search) in peers(x, chosen).items():
        for setting in settings:
            share = recall([list(row) for row in search(setting, q)], truth)
            if share >= LEAST:
                break
        best[peer] = {"build": build, "setting": setting, "recall": share, "search": search}
        turns[peer], used[peer] = [], []
        note(f"  {peer} {setting} recall {share:.4f}, build {build}")
    ours, alone = [], []
    for _ in range(rounds):
        for peer, figures in best.items():
            start, spent = time.perf_counter(), time.process_time()
            figures["search"](figures["setting"], q)
            turns[peer].append(len(q) / (time.perf_counter() - start))
            used[peer].append(len(q) / (time.process_time() - spent))
        took = bench(store, BATCH, batch, "--seconds", "0.5")
        ours.append(len(q) / (took["min_us"] / 1e6))
        alone.append(1e6 / bench(store, SINGLE, single, "--seconds", "0.5")["p50_us"])
    rows = [["sinter", f"{own:.3f}", max(ours), statistics.median(ours), processor(store, BATCH, batch, len(q)), built],
            ["sinter, a statement each", f"{own:.3f}", max(alone), statistics.median(alone), processor(store, SINGLE, single, len(q)), built]]
    for peer, figures in best.items():
        label = f"{peer} at {figures['setting']}" + ("" if figures["recall"] >= LEAST else " (its best)")
        rows.append(
            [label, f"{figures['recall']:.3f}", max(turns[peer]), statistics.median(turns[peer]), max(used[peer]), figures["build"]])
    able = [row for row, figures in zip(rows[2:], best.values()) if figures["recall"] >= LEAST]
    ratio = min((max(ours) / row[2] for row in able), default=float("nan"))
    middle = min((statistics.median(ours) / row[3] for row in able), default=float("nan"))
    work = min((rows[0][4] / row[4] for row in able), default=float("nan"))
    text = table(
        ["index", "recall@10", "queries/s, best", "median", "per processor second", "build s", "processor s"],
        [[row[0], row[1], *(f"{figure:,.0f}" for figure in row[2:5]), f"{row[5]['wall']:.1f}", f"{row[5]['cpu']:.1f}"] for row in rows])
    some = filtered(store, x, q, single)
    insert = inserts(store, x)
    text += f"\nAgainst the best peer of recall ≥ {LEAST}: {ratio:.2f} × (fastest rounds), {middle:.2f} × (medians), {work:.2f} × (per processor second). "
    text += "Filtered: " + "; ".join(
        f"{label} of the nodes: recall {f['recall']:.3f}, {'always' if f['full'] else 'NOT always'} {K} results, {f['ms']:.2f} ms"
        for label, f in some.items())
    text += f". Insert of one vector, committed in memory: {insert['with']:.2f} ms with the index, {insert['without']:.2f} ms without. "
    text += f"Load from .npy: {loaded:.1f} s.\n"
    return f"### {name}: {len(x):,} × {x.shape[1]}\n\n{text}\n"


def main():
    parser = argparse.ArgumentParser(description="Vector search beside hnswlib, faiss and usearch.")
    parser.add_argument("--sets", default="clustered,latent,trained")
    parser.add_argument("--peers", default="hnswlib,faiss,usearch")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md")
    options = parser.parse_args()
    if "numpy" not in sys.modules:
        try:
            import numpy  # noqa: F401
        except ImportError:
            os.execvp(PYTHON, [PYTHON, *sys.argv])
    os.makedirs(FOLDER, exist_ok=True)
    text = "".join(measure(name, options.rounds, options.peers.split(",")) for name in options.sets.split(","))
    text += f"{machine()}\n"
    print(text)
    if options.write:
        write_section("vectors", text, "Vector search, side by side")


if __name__ == "__main__":
    main()
