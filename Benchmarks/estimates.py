#!/usr/bin/env python3
"""How far the planner's estimates are from the rows that come: the q-error of every operator.

    Benchmarks/estimates.py --sinter .build/release/sinter STORE FILE...

A FILE holds statements that end with a semicolon at the end of a line; a line `// $ {"id": "u1"}` gives the parameters of
the next one. q is max(estimate, rows) / min(estimate, rows), both at least 1; 1 is exact.
"""
import argparse, json, math, statistics, subprocess, tempfile


def statements(path):
    text, parameters = [], {}
    for line in open(path):
        if line.startswith("// $ "):
            parameters = json.loads(line[5:])
        elif not line.startswith("//") and line.strip():
            text.append(line.rstrip())
            if line.rstrip().endswith(";"):
                yield " ".join(text).rstrip(";"), parameters
                text, parameters = [], {}


class Shell:
    def __init__(self, sinter, store):
        self.process = subprocess.Popen([sinter, "shell", "--json", store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, query, parameters):
        self.process.stdin.write(json.dumps({"query": query, "params": parameters}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise SystemExit(f"{query}: {answer['error']['message']}")
        return answer


def operators(node, loops=1):
    rows, estimate = node.get("rows"), node.get("estimatedRows")
    inner = node.get("loops") or 1
    if rows is not None and estimate is not None and node["name"] != "ProduceResults":
        yield node["name"], estimate * inner, rows
    for child in node.get("children", []):
        yield from operators(child)


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sinter", default=".build/release/sinter")
    options.add_argument("--verbose", action="store_true")
    options.add_argument("store")
    options.add_argument("files", nargs="+")
    options = options.parse_args()
    shell = Shell(options.sinter, options.store)
    everything, finals = [], []
    for path in options.files:
        for text, parameters in statements(path):
            answer = shell.ask("PROFILE " + text, parameters)
            found = list(operators(answer["plan"]))
            errors = [max(max(e, 1), max(r, 1)) / min(max(e, 1), max(r, 1)) for _, e, r in found]
            everything += errors
            finals.append(errors[0])
            print(f"{max(errors):10.1f} {math.exp(statistics.mean(map(math.log, errors))):8.2f}  {text[:120]}")
            if options.verbose:
                for (name, e, r), q in zip(found, errors):
                    print(f"           {q:8.1f}  {name}: {e:.1f} for {r}")
    everything.sort()
    print(f"{len(finals)} statements, {len(everything)} operators: geometric mean of q "
          f"{math.exp(statistics.mean(map(math.log, everything))):.2f}, median {statistics.median(everything):.2f}, "
          f"90th percentile {everything[int(len(everything) * 0.9)]:.1f}, largest {everything[-1]:.1f}")


main()
