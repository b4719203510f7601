#!/usr/bin/env python3
"""Quality of recommendations on MovieLens 100K and Online Retail: loads, learns a strategy from the training part, ranks.

    Benchmarks/recommend_quality.py [--data ml-100k-kg online-retail completejourney] [--control]

`sinter` is the one on the PATH (or $SINTER); the data lie in $SINTER_SHARED/data (default ../shared). Prints a row for each
scorer alone and for the learned strategy, on the test part, as a table for RESULTS.md; --control adds the difference to
shuffled knowledge.
"""
import argparse
import json
import os
import subprocess
import sys

from harness import SCRATCH, SHARED, SINTER, TOP, note

MANIFESTS = {"ml-100k-kg": "movielens100k.yaml", "online-retail": "onlineretail.yaml", "completejourney": "completejourney.yaml"}
ALONE = ["popularity", "trending", "copurchase", "sequence", "ease", "als", "bpr", "content"]
BARS = {"ml-100k-kg": (0.210, 0.220), "online-retail": (0.164, 0.118)}


def evaluate(store, *arguments):
    done = subprocess.run([SINTER, "eval", "recommend", store, "--k", "20", "--format", "json", *arguments],
                          check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def row(name, report):
    low, high = report["intervals"]["ndcg@20"]
    explained = report["explanations"]
    share = explained["with_path"] / max(1, explained["recommendations"])
    wrong = explained["unequal_sums"] + explained["missing_paths"]
    return (f"| {name} | {report['recall@20']:.4f} | {report['ndcg@20']:.4f} ({low:.4f}–{high:.4f}) | {report['auc']:.3f} "
            f"| {report['coverage@20']:.3f} | {report['novelty']:.2f} | {100 * share:.1f} % | {wrong} |")


def main():
    parser = argparse.ArgumentParser(description="Quality of recommendations.")
    parser.add_argument("--data", nargs="*", default=["ml-100k-kg", "online-retail"], choices=sorted(MANIFESTS))
    parser.add_argument("--control", action="store_true", help="also with shuffled knowledge")
    options = parser.parse_args()
    os.makedirs(SCRATCH, exist_ok=True)
    for data in options.data:
        folder = os.path.join(SHARED, "data", data)
        if not os.path.isdir(folder):
            sys.exit(f"No folder {folder}; name the folder that holds data/ in SINTER_SHARED.")
        store = os.path.join(SCRATCH, data + ".quality.sinter")
        if not os.path.exists(store):
            subprocess.run([SINTER, "load", store, "--manifest", os.path.join(TOP, "schema", MANIFESTS[data]), "--data", folder],
                           check=True, stdout=sys.stderr)
        print(f"\n**{data}**\n\n| strategy | Recall@20 | NDCG@20 | AUC | coverage@20 | novelty | with a path | wrong reasons |")
        print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
        for name in ALONE:
            note(f"{data}: {name}")
            print(row(name, evaluate(store, "--strategy", name)), flush=True)
        learned = evaluate(store, "--learn", "all", "--against", "popularity",
                           *(["--shuffle-knowledge", "7"] if options.control else []))
        print(row(f"learned: {learned['strategy']}", learned))
        if data in BARS:
            recall, ndcg = BARS[data]
            met = learned["recall@20"] >= recall and learned["ndcg@20"] >= ndcg
            print(f"\nbar {recall} / {ndcg}: {'met' if met else 'missed'}")
        if options.control:
            control = learned["shuffled_knowledge"]
            print(f"true − shuffled knowledge: Recall@20 {control['difference']['recall@20']:+.4f} (p {control['p']['recall@20']:.3f}), "
                  f"NDCG@20 {control['difference']['ndcg@20']:+.4f} (p {control['p']['ndcg@20']:.3f})")


if __name__ == "__main__":
    main()
