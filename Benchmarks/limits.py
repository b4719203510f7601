"""The limits that are not c-csr: raw LMDB, and what the machine's memory gives (limits/*.c)."""
import json
import os
import subprocess

import harness


def lmdb(folder, *arguments):
    """What `lmdb_commits` measures with a file in `folder`, a second; None where it cannot be built."""
    program = harness.build_limit("lmdb_commits", "-llmdb")
    if not program:
        return None
    done = harness.run([program, os.path.join(folder, "lmdb"), *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)["per_second"]


def commits(folder, size, count=300):
    """Durable commits a second, each with one put of `size` bytes."""
    return lmdb(folder, "commits", count, size)


def random_puts(folder, count=50_000, batch=1000):
    """Small entries a second, put at random keys in durable batches."""
    return lmdb(folder, "random", count, batch)


def memory():
    """[{bytes, chase_ns, gather_ns, stream_gb_s}], working sets of the first, second and third cache and of main memory."""
    program = harness.build_limit("memory")
    if not program:
        return []
    return [json.loads(line) for line in harness.run([program], stdout=subprocess.PIPE, text=True).stdout.splitlines()]
