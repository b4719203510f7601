#!/usr/bin/env python3
"""How long RECOMMEND takes in process, what BECAUSE adds, and whether its reasons hold.

    serving.py STORE PARAMS [--sinter PATH] [--users 1000] [--seconds 2] [--check 200]

STORE is a loaded shop (users `:User {id}`, items `:Item {id}`); PARAMS the generated shop's params.json, or a file of
JSON lines {"id": …}. Every call is a user of their own. Statements with and without BECAUSE run alternately, three times
each; the medians are printed. Of --check users the contributions are summed, and each relationship of each path is
looked up between the nodes it joins.
"""
import argparse, json, os, statistics, subprocess, sys, tempfile

TEXT = "MATCH (u:User {id: $id}) RECOMMEND (i:Item) FOR u %sLIMIT 10 SCORE AS s %sRETURN i.id, s%s"


def users(path, count):
    with open(path) as f:
        if path.endswith(".jsonl"):
            return [json.loads(line)["id"] for line in f if line.strip()][:count]
        return json.load(f)["w3_users"][:count]


def bench(a, lines, text, seconds):
    out = subprocess.run(
        [a.sinter, "bench", a.store, text, "--param-lines", lines, "--seconds", str(seconds), "--format", "json"],
        capture_output=True, text=True, check=True).stdout
    return json.loads(out)



def check(a, ids, using):
    """Sums, paths and coverage, over one query for all users."""
    with tempfile.NamedTemporaryFile("w", suffix=".cypher", delete=False) as f:
        f.write("UNWIND " + json.dumps(ids) + " AS id MATCH (u:User {id: id}) RECOMMEND (i:Item) FOR u " + using +
                "LIMIT 10 SCORE AS s BECAUSE AS why "
                "UNWIND why AS reason WITH u, i, s, reason, relationships(reason.path) AS links, nodes(reason.path) AS places "
                "WITH u, i, s, sum(reason.contribution) AS total, sum(CASE WHEN size(links) > 0 THEN 1 ELSE 0 END) AS paths, "
                "count(*) AS reasons, "
                "sum(CASE WHEN all(k IN range(0, size(links) - 1) WHERE "
                "(startNode(links[k]) = places[k] AND endNode(links[k]) = places[k + 1]) OR "
                "(startNode(links[k]) = places[k + 1] AND endNode(links[k]) = places[k])) THEN 1 ELSE 0 END) AS whole "
                "RETURN count(*) AS items, sum(reasons) AS reasons, max(abs(s - total)) AS gap, "
                "sum(CASE WHEN paths > 0 THEN 1 ELSE 0 END) AS covered, sum(whole) AS whole")
    try:
        out = subprocess.run([a.sinter, "query", a.store, "-f", f.name, "--format", "json"], capture_output=True, text=True, check=True)
        return json.loads(out.stdout)[0]
    finally:
        os.unlink(f.name)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("store"); p.add_argument("params")
    p.add_argument("--sinter", default="sinter"); p.add_argument("--users", type=int, default=1000)
    p.add_argument("--seconds", type=float, default=2); p.add_argument("--check", type=int, default=200)
    p.add_argument("--using", default="", help="what stands behind USING, such as 'STRATEGY balanced'")
    a = p.parse_args()
    ids = users(a.params, a.users)
    using = f"USING {a.using} " if a.using else ""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", delete=False) as f:
        f.writelines(json.dumps({"id": u}) + "\n" for u in ids)
    runs = {"plain": [], "because": []}
    for _ in range(3):
        runs["plain"].append(bench(a, f.name, TEXT % (using, "", ""), a.seconds))
        runs["because"].append(bench(a, f.name, TEXT % (using, "BECAUSE AS why ", ", why"), a.seconds))
    os.unlink(f.name)
    result = {}
    for name, found in runs.items():
        for figure in ("p50_us", "p99_us", "mean_us"):
            if figure in found[0]:
                result[f"{name}_{figure}"] = round(statistics.median(r[figure] for r in found))
    result["because_adds"] = round(result["because_p50_us"] / result["plain_p50_us"] - 1, 3)
    result["first_ms"] = round(runs["plain"][0]["first_us"] / 1000, 1)
    found = check(a, ids[:a.check], using)
    result.update(items=found["items"], reasons=found["reasons"], gap=found["gap"],
                  covered=found["covered"] / max(1, found["items"]), whole_paths=found["whole"] / max(1, found["reasons"]))
    print(json.dumps(result, indent=1))
    if found["gap"] > 1e-9 or found["whole"] != found["reasons"]:
        sys.exit("reasons do not add up, or a path does not exist")


if __name__ == "__main__":
    main()
