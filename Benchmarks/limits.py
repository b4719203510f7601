"""The limits that are not c-csr: raw LMDB for durable commits, and what the machine's memory gives (limits/*.c)."""
import json
import os
import shutil
import subprocess

import harness


def commits():
    """Raw LMDB in the benchmark's folder, as lines of the side-by-side run: one put a durable commit, random puts in durable
    batches of 1,000. Empty where the program cannot be built."""
    program = harness.build_limit("lmdb_commits", "-llmdb")
    if not program:
        return {}
    folder = os.path.join(harness.SCRATCH, "lmdb")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    harness.note("raw LMDB …")
    done = subprocess.run([program, folder], capture_output=True, text=True)
    shutil.rmtree(folder)
    if done.returncode != 0:
        harness.note(done.stderr[-1000:])
        return {}
    figures = json.loads(done.stdout)
    return {("W8", "single_durable"): {"value": figures["commits_per_s"]},
            ("W8", "batch1000_durable"): {"value": figures["puts_per_s"]}}


def memory():
    """[{bytes, chase_ns, gather_ns, stream_gb_s}], working sets of the first, second and third cache and of main memory."""
    program = harness.build_limit("memory")
    if not program:
        return []
    return [json.loads(line) for line in harness.run([program], stdout=subprocess.PIPE, text=True).stdout.splitlines()]
