#!/usr/bin/env python3
"""Counts, straight from the CSV files, the nodes and relationships that a manifest of schema/ must give.

    counts.py completejourney|onlineretail|movielens100k|demo FOLDER

Shares nothing with the loader: Python's csv module and sets. Prints JSON: nodes by label, relationships by type, totals,
and rows that the manifest filters. Labels overlap (a Department is a Tag), so totals count elements, not labels.
"""
import csv
import gzip
import json
import os
import re
import sys
from collections import Counter

csv.field_size_limit(1 << 24)


def rows(folder, name, **options):
    path = os.path.join(folder, name)
    with (gzip.open if name.endswith(".gz") else open)(path, "rt", newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file, **options)


def report(nodes, relationships, extra_labels=(), filtered=0):
    """`nodes`: label to count, every node once; `extra_labels`: further labels of nodes already counted."""
    print(json.dumps({
        "nodes": {**nodes, **dict(extra_labels)}, "relationships": dict(relationships),
        "total_nodes": sum(nodes.values()), "total_relationships": sum(relationships.values()), "filtered_rows": filtered,
    }, indent=1))


def completejourney(folder):
    users, items, coupons, campaigns = set(), set(), set(), set()
    kinds = {"Department": "department", "Category": "product_category", "ProductType": "product_type",
             "Manufacturer": "manufacturer_id", "Brand": "brand"}
    tags = {kind: set() for kind in kinds}
    relationships = Counter()
    for row in rows(folder, "demographics.csv"):
        users.add(row["household_id"])
    tag_pairs = Counter()
    for row in rows(folder, "products.csv.gz"):
        items.add(row["product_id"])
        for kind, column in kinds.items():
            if row[column]:
                tags[kind].add(row[column])
                tag_pairs[kind] += 1
    relationships["HAS_TAG"] = sum(tag_pairs.values())
    for row in rows(folder, "transactions_sample.csv.gz"):
        users.add(row["household_id"])
        items.add(row["product_id"])
        relationships["BOUGHT"] += 1
    for row in rows(folder, "campaign_descriptions.csv"):
        campaigns.add(row["campaign_id"])
    for row in rows(folder, "campaigns.csv"):
        users.add(row["household_id"])
        campaigns.add(row["campaign_id"])
        relationships["TARGETED_BY"] += 1
    part_of = set()
    for row in rows(folder, "coupons.csv.gz"):
        coupons.add(row["coupon_upc"])
        items.add(row["product_id"])
        relationships["APPLIES_TO"] += 1
        part_of.add((row["coupon_upc"], row["campaign_id"]))
    relationships["PART_OF"] = len(part_of)
    for row in rows(folder, "coupon_redemptions.csv"):
        users.add(row["household_id"])
        coupons.add(row["coupon_upc"])
        relationships["REDEEMED"] += 1
    report({"User": len(users), "Item": len(items), "Tag": sum(len(t) for t in tags.values()),
            "Coupon": len(coupons), "Campaign": len(campaigns)},
           relationships, [(kind, len(values)) for kind, values in tags.items()])


def onlineretail(folder):
    users, items, countries, lives, bought, filtered = set(), set(), set(), set(), 0, 0
    for row in rows(folder, "online_retail.csv.gz"):
        goods = re.match("[0-9]{5}", row["StockCode"]) or row["StockCode"].startswith("DCGS")
        if (not row["CustomerID"] or row["InvoiceNo"].startswith("C") or float(row["Quantity"]) <= 0
                or float(row["UnitPrice"]) <= 0 or not goods):
            filtered += 1
            continue
        users.add(row["CustomerID"])
        items.add(row["StockCode"])
        countries.add(row["Country"])
        lives.add((row["CustomerID"], row["Country"]))
        bought += 1
    report({"User": len(users), "Item": len(items), "Country": len(countries)},
           {"LIVES_IN": len(lives), "BOUGHT": bought}, filtered=filtered)


def movielens100k(folder):
    def typed(name):
        for row in rows(folder, name, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {key.split(":")[0]: value for key, value in row.items()}

    users = {row["user_id"] for row in typed("ml-100k.user")}
    items, genres, entities, relationships = set(), set(), set(), Counter()
    for row in typed("ml-100k.item"):
        items.add(row["item_id"])
        pieces = row["class"].split() if row["class"] not in ("", "unkonwn", "V") else []
        genres.update(pieces)
        relationships["HAS_TAG"] += len(pieces)
    for row in typed("ml-100k.inter"):
        relationships["RATED"] += 1
    for row in typed("ml-100k.kg"):
        entities.update((row["head_id"], row["tail_id"]))
        relationships[row["relation_id"]] += 1
    for row in typed("ml-100k.link"):
        entities.add(row["entity_id"])
        relationships["SAME_AS"] += 1
    report({"User": len(users), "Item": len(items), "Tag": len(genres), "Entity": len(entities)}, relationships,
           [("Genre", len(genres))])


def demo(folder):
    nodes = {label: sum(1 for _ in rows(folder, name)) for label, name in
             [("User", "users.csv"), ("Item", "items.csv"), ("Tag", "tags.csv"), ("Category", "categories.csv"),
              ("Brand", "brands.csv")]}
    relationships = Counter({kind: sum(1 for _ in rows(folder, name)) for kind, name in
                             [("VIEWED", "views.csv"), ("ADDED_TO_CART", "carts.csv"), ("BOUGHT", "purchases.csv"),
                              ("RATED", "ratings.csv"), ("FOLLOWS", "follows.csv")]})
    relationships["SUBCATEGORY_OF"] = sum(1 for row in rows(folder, "categories.csv") if row["parent_id"])
    for row in rows(folder, "items.csv"):
        relationships["IN_CATEGORY"] += 1
        relationships["BY_BRAND"] += 1
        relationships["HAS_TAG"] += len(row["keywords"].split("|"))
    for row in rows(folder, "knowledge.csv"):
        relationships[row["predicate"]] += 1
    report(nodes, relationships)


if __name__ == "__main__":
    shops = {f.__name__: f for f in (completejourney, onlineretail, movielens100k, demo)}
    if len(sys.argv) != 3 or sys.argv[1] not in shops:
        sys.exit(__doc__.strip())
    shops[sys.argv[1]](sys.argv[2])
