#!/usr/bin/env python3
"""Full text beside SQLite's FTS5: building, queries per second, latency, and whether both rank as BM25 does.

    Benchmarks/full_text.py [--sets online-retail,completejourney,catalog,generated] [--titles 1000000] [--queries 200] [--print]

`sinter` is the one on the PATH or $SINTER; it is asked through the pipe of its machine mode, from which the round trip of
`RETURN 1` is subtracted. FTS5 runs inside this process (tokeniser unicode61, accents removed). Every answer of the smaller sets
is compared with a naive BM25 (k1 1.2, b 0.75) in Python over the tokens that fulltext.tokens() gives: the scores of the first
ten must be equal to 1e-6. FTS5 weighs terms by another formula, so its rankings are compared by the share of ids in common.
"""
import argparse
import collections
import csv
import gzip
import json
import math
import os
import random
import re
import sqlite3
import time

from harness import SCRATCH, SHARED, Shell, machine, note, quantile, short, table, write_section

SEARCH = "MATCH (i:Item) SEARCH i IN (FULLTEXT INDEX titles FOR $q LIMIT 10) SCORE AS s RETURN i.k AS k, s"
KINDS = ["one word", "two words, any", "two words, both", "three words, any", "phrase", "prefix"]


def online_retail():
    with gzip.open(os.path.join(SHARED, "data/online-retail/online_retail.csv.gz"), "rt", encoding="utf-8") as file:
        titles = {row["Description"].strip() for row in csv.DictReader(file) if row["Description"]}
    return sorted(titles)


def completejourney():
    with gzip.open(os.path.join(SHARED, "data/completejourney/products.csv.gz"), "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    keys = [key for key in rows[0] if key not in ("product_id", "manufacturer_id")]
    return [" ".join(row[key] for key in keys if row[key] not in ("", "NA")) for row in rows]


def catalog():
    titles, name = [], ""
    with open(os.path.join(SHARED, "data/catalog-aws-retail/products.yaml"), encoding="utf-8") as file:
        for line in file:
            if match := re.match(r"\s*-?\s*name: (.*)", line):
                name = match.group(1).strip("'\" \n")
            elif match := re.match(r"\s*-?\s*description: (.*)", line):
                titles.append(name + " " + match.group(1).strip("'\" \n"))
    return titles


def generated(count):
    """Titles of 3 to 9 words out of 50,000, whose frequencies fall as Zipf's law has it."""
    generator = random.Random(7)
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in "aeiou"]
    words = sorted({"".join(generator.choice(syllables) for _ in range(generator.randint(2, 4))) for _ in range(60_000)})[:50_000]
    generator.shuffle(words)
    weights, total = [], 0.0
    for rank in range(len(words)):
        total += 1 / (rank + 5)
        weights.append(total)
    return [" ".join(generator.choices(words, cum_weights=weights, k=generator.randint(3, 9))) for _ in range(count)]


def queries(titles, each):
    """By kind, the query for us and for FTS5, words taken from titles."""
    generator = random.Random(11)
    plain = re.compile(r"[a-z]{3,}")
    found = {kind: [] for kind in KINDS}
    while any(len(some) < each for some in found.values()):
        words = [word for word in titles[generator.randrange(len(titles))].lower().split() if plain.fullmatch(word)]
        if len(words) < 3:
            continue
        start = generator.randrange(len(words) - 2)
        one, two, three = words[start:start + 3]
        for kind, ours, theirs in [
            ("one word", one, one), ("two words, any", f"{one} OR {three}", f"{one} OR {three}"),
            ("two words, both", f"{one} AND {two}", f"{one} AND {two}"),
            ("three words, any", f"{one} {two} {three}", f"{one} OR {two} OR {three}"),
            ("phrase", f'"{one} {two}"', f'"{one} {two}"'), ("prefix", one[:3] + "*", one[:3] + "*"),
        ]:
            if len(found[kind]) < each:
                found[kind].append((ours, theirs))
    return found


def load_ours(name, titles):
    """A store with the titles, and how long its index took."""
    path = os.path.join(SCRATCH, f"full-text-{name}.sinter")
    for file in (path, path + "-lock"):
        if os.path.exists(file):
            os.remove(file)
    shell = Shell(path)
    for start in range(0, len(titles), 20_000):
        rows = [[start + i, title] for i, title in enumerate(titles[start:start + 20_000])]
        shell.ask("UNWIND $rows AS r CREATE (:Item {k: r[0], title: r[1]})", rows=rows)
    shell.close()
    shell = Shell(path)
    shell.ask("MATCH (i:Item) RETURN count(i.title)")
    before = time.perf_counter()
    shell.ask("CREATE FULLTEXT INDEX titles FOR (i:Item) ON EACH [i.title]")
    return shell, time.perf_counter() - before


def load_sqlite(titles):
    database = sqlite3.connect(":memory:")
    before = time.perf_counter()
    database.execute("CREATE VIRTUAL TABLE titles USING fts5(title, tokenize='unicode61 remove_diacritics 2')")
    database.executemany("INSERT INTO titles(rowid, title) VALUES (?, ?)", ((i + 1, title) for i, title in enumerate(titles)))
    database.execute("INSERT INTO titles(titles) VALUES ('optimize')")
    database.commit()
    return database, time.perf_counter() - before


class Naive:
    """BM25 by looking at every title that has a word."""

    def __init__(self, shell, titles):
        self.tokens = []
        for start in range(0, len(titles), 10_000):
            for row in shell.ask("UNWIND $t AS t RETURN fulltext.tokens(t)", t=titles[start:start + 10_000]):
                self.tokens.append(row[0])
        self.holders = collections.defaultdict(list)
        for number, tokens in enumerate(self.tokens):
            for token, count in collections.Counter(tokens).items():
                self.holders[token].append((number, count))
        filled = [len(tokens) for tokens in self.tokens if tokens]
        self.count, self.average = len(filled), sum(filled) / len(filled)

    def factor(self, number, count):
        return 1 / (1 + 1.2 * (0.25 + 0.75 * len(self.tokens[number]) / self.average) / count)

    def weight(self, token):
        some = len(self.holders[token])
        return math.log(1 + (self.count - some + 0.5) / (some + 0.5))

    def best(self, kind, query):
        scores = collections.defaultdict(float)
        if kind == "prefix":
            counts = collections.Counter()
            for token in [token for token in self.holders if token.startswith(query[:-1])]:
                for number, count in self.holders[token]:
                    counts[number] += count
            for number, count in counts.items():
                scores[number] = self.factor(number, count)
        else:
            words = [word for word in query.strip('"').split() if word not in ("AND", "OR")]
            if kind == "phrase":
                weight = sum(self.weight(word) for word in words)
                for number, _ in self.holders[words[0]]:
                    tokens = self.tokens[number]
                    count = sum(tokens[i:i + len(words)] == words for i in range(len(tokens)))
                    if count:
                        scores[number] = weight * self.factor(number, count)
            else:
                seen = collections.Counter()
                for word in words:
                    for number, count in self.holders[word]:
                        scores[number] += self.weight(word) * self.factor(number, count)
                        seen[number] += 1
                if kind == "two words, both":
                    scores = {number: score for number, score in scores.items() if seen[number] == len(words)}
        return sorted(scores.values(), reverse=True)[:10]


def measure(name, titles, each):
    note(f"{name}: {len(titles):,} titles")
    database, theirs_build = load_sqlite(titles)
    shell, ours_build = load_ours(name, titles)
    naive = Naive(shell, titles) if len(titles) <= 100_000 else None
    shell.ask("RETURN 1")
    trips = []
    for _ in range(300):
        start = time.perf_counter()
        shell.ask("RETURN 1")
        trips.append(time.perf_counter() - start)
    trip = quantile(trips, 0.5)
    rows, wrong, compared = [], 0, 0
    for kind, texts in queries(titles, each).items():
        ours, theirs, common = [], [], []
        for our_text, their_text in texts:
            start = time.perf_counter()
            found = shell.ask(SEARCH, q=our_text)
            middle = time.perf_counter()
            peer = database.execute("SELECT rowid FROM titles WHERE titles MATCH ? ORDER BY rank LIMIT 10", (their_text,)).fetchall()
            theirs.append(time.perf_counter() - middle)
            ours.append(max(1e-6, middle - start - trip))
            if peer:
                common.append(len({row[0] for row in found} & {row[0] - 1 for row in peer}) / len(peer))
            if naive:
                best = naive.best(kind, our_text)
                compared += 1
                scores = [row[1] for row in found]
                wrong += len(best) != len(scores) or any(abs(a - b) > 1e-6 for a, b in zip(best, scores))
        rows.append([
            name, kind, f"{quantile(ours, .5) * 1e3:.3f}", f"{quantile(ours, .99) * 1e3:.3f}", f"{quantile(theirs, .5) * 1e3:.3f}",
            f"{quantile(theirs, .99) * 1e3:.3f}", short(sum(theirs) / sum(ours)), f"{sum(common) / max(1, len(common)):.2f}",
        ])
    shell.close()
    check = f"{compared - wrong} of {compared}" if naive else "–"
    build = [name, f"{len(titles):,}", f"{ours_build:.2f}", f"{theirs_build:.2f}", short(theirs_build / ours_build), check]
    note(json.dumps(build))
    return build, rows


def main():
    parser = argparse.ArgumentParser(description="Full text beside SQLite's FTS5.")
    parser.add_argument("--sets", default="online-retail,completejourney,catalog,generated")
    parser.add_argument("--titles", type=int, default=1_000_000, help="of the generated set")
    parser.add_argument("--queries", type=int, default=200, help="of each kind")
    parser.add_argument("--print", action="store_true", help="leave RESULTS.md alone")
    options = parser.parse_args()
    os.makedirs(SCRATCH, exist_ok=True)
    sources = {
        "online-retail": online_retail, "completejourney": completejourney, "catalog": catalog,
        "generated": lambda: generated(options.titles),
    }
    builds, rows = [], []
    for name in options.sets.split(","):
        build, more = measure(name, sources[name](), options.queries)
        builds.append(build)
        rows += more
    text = f"{machine()}; SQLite {sqlite3.sqlite_version} inside the Python process. `Benchmarks/full_text.py`\n\n"
    text += table(["set", "titles", "index built, s", "FTS5, s", "ratio", "first ten as naive BM25"], builds)
    text += "\nMilliseconds of a query for the best ten, the pipe's round trip subtracted; the ratio is of the sums.\n\n"
    text += table(["set", "query", "p50", "p99", "FTS5 p50", "FTS5 p99", "times faster", "ids in common"], rows, right=2)
    if options.print:
        print(text)
    else:
        write_section("full-text", text, "Full text")


if __name__ == "__main__":
    main()
