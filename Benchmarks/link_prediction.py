#!/usr/bin/env python3
"""Link prediction on FB15k-237: our figures, and the time to a filtered test MRR beside PyKEEN's TransE.

    Benchmarks/link_prediction.py [--target 0.30] [--minutes 10] [--skip-models]

`sinter` is the one on the PATH; the data lie in $SINTER_SHARED/data/fb15k-237 (default ../shared). PyKEEN is taken from
$PYKEEN_PYTHON (default /opt/pykeen-venv/bin/python) and left out where it is missing. Prints a JSON object for each run, with
wall-clock and processor seconds, since other work on the machine disturbs only the former.

PyKEEN trains TransE as its documentation of the self-adversarial loss suggests: Adam, 1e-3, batches of 512, 64 negatives a
triple, dimension 128, L1, NSSALoss with margin 9 and temperature 1, and is evaluated after every epoch on the same 1,000 test
triples, whose time is not counted. What did not reach the target is reported as what it did reach.
"""
import argparse
import gzip
import json
import os
import shutil
import subprocess
import sys

from harness import SCRATCH, SHARED

PEER = r'''
import json, sys, time, resource
import torch
from pykeen.triples import TriplesFactory
from pykeen.models import TransE
from pykeen.losses import NSSALoss
from pykeen.training import SLCWATrainingLoop
from pykeen.evaluation import RankBasedEvaluator
folder, minutes, target, dimension = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
torch.manual_seed(1)
train = TriplesFactory.from_path(folder + "/train.txt")
ids = dict(entity_to_id=train.entity_to_id, relation_to_id=train.relation_to_id)
valid = TriplesFactory.from_path(folder + "/valid.txt", **ids)
test = TriplesFactory.from_path(folder + "/test.txt", **ids)
model = TransE(triples_factory=train, embedding_dim=dimension, scoring_fct_norm=1, random_seed=1,
               loss=NSSALoss(margin=9.0, adversarial_temperature=1.0))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
loop = SLCWATrainingLoop(model=model, triples_factory=train, optimizer=optimizer,
                         negative_sampler_kwargs=dict(num_negs_per_pos=64))
sample = test.mapped_triples[torch.randperm(test.num_triples, generator=torch.Generator().manual_seed(1))[:1000]]
known = [train.mapped_triples, valid.mapped_triples, test.mapped_triples]
wall = cpu = 0.0
epoch = 0
def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
while wall < 60 * minutes:
    epoch += 1
    start, before = time.perf_counter(), used()
    loop.train(triples_factory=train, num_epochs=epoch, batch_size=512, use_tqdm=False, use_tqdm_batch=False,
               continue_training=epoch > 1, clear_optimizer=False)
    wall += time.perf_counter() - start
    cpu += used() - before
    result = RankBasedEvaluator(filtered=True).evaluate(
        model, sample, additional_filter_triples=known, batch_size=64, use_tqdm=False)
    mrr = result.get_metric("both.realistic.inverse_harmonic_mean_rank")
    print(json.dumps(dict(epoch=epoch, seconds=wall, cpu_seconds=cpu, mrr=float(mrr))), flush=True)
    if mrr >= target:
        break
'''


def unpack():
    """The triples as plain files."""
    folder = os.path.join(SCRATCH, "fb15k-237")
    os.makedirs(folder, exist_ok=True)
    for part in ("train", "valid", "test"):
        target = os.path.join(folder, part + ".txt")
        if not os.path.exists(target):
            with gzip.open(os.path.join(SHARED, "data", "fb15k-237", part + ".txt.gz")) as source, open(target, "wb") as out:
                shutil.copyfileobj(source, out)
    return folder


def ours(folder, *settings):
    files = [f"--{part}={folder}/{part}.txt" for part in ("train", "valid", "test")]
    run = subprocess.run(["sinter", "eval", "link", *files, "--format", "json", *settings], capture_output=True, text=True, check=True)
    result = json.loads(run.stdout)
    names = ("model", "mrr", "hits1", "hits10", "epochs", "best_epoch", "train_seconds", "train_cpu_seconds", "rank_seconds")
    return {"settings": " ".join(settings), **{name: result[name] for name in names}}


def main():
    parser = argparse.ArgumentParser(description="Link prediction on FB15k-237, beside PyKEEN.")
    parser.add_argument("--target", type=float, default=0.30)
    parser.add_argument("--minutes", type=float, default=10, help="how long PyKEEN trains at most")
    parser.add_argument("--dimension", type=int, default=128)
    parser.add_argument("--skip-models", action="store_true", help="only the time to the target")
    options = parser.parse_args()
    folder = unpack()
    if not options.skip_models:
        for settings in ([], ["--preset", "best"], ["--model", "complex"]):
            print(json.dumps(ours(folder, *settings)), flush=True)
    reached = None
    for seconds in (4, 6, 8, 10, 14, 20, 30, 45):
        result = ours(folder, "--time-limit", str(seconds))
        print(json.dumps(result), flush=True)
        if result["mrr"] >= options.target:
            reached = result
            break
    python = os.environ.get("PYKEEN_PYTHON", "/opt/pykeen-venv/bin/python")
    if not os.path.exists(python):
        sys.exit(f"{python} is missing: no PyKEEN to compare with")
    peer = subprocess.Popen(
        [python, "-c", PEER, folder, str(options.minutes), str(options.target), str(options.dimension)],
        stdout=subprocess.PIPE, text=True)
    last = None
    for line in peer.stdout:
        if line.startswith("{"):
            last = json.loads(line)
            print(json.dumps({"peer": "PyKEEN", **last}), flush=True)
    if peer.wait() != 0 or last is None or reached is None:
        sys.exit("no comparison: one of the two gave no figure")
    print(json.dumps({
        "target": options.target, "peer_reached": last["mrr"] >= options.target,
        "wall_ratio_at_least": last["seconds"] / reached["train_seconds"],
        "cpu_ratio_at_least": last["cpu_seconds"] / reached["train_cpu_seconds"]}))


if __name__ == "__main__":
    main()
