#!/usr/bin/env python3
"""Writes the demo shop as CSV files beside this script. Standard library only; the same seed gives the same bytes.

    python3 data/generate.py [--seed 20250101] [--out DIR]

The shop has structure on purpose, so that a recommender has something to find: every user has one to three
interests, interests point at categories, purchases follow views, baskets follow needs (a tent, then a sleeping
bag, then a stove), few items are popular and many are not, and people follow people with the same tastes.
"""
import argparse
import csv
import os
import random
import re
from datetime import datetime, timedelta

from vocabulary import (BOOKS, BRANDS, DEPARTMENTS, FOLLOW_UPS, INTERESTS, LEAVES, MODELLED, MODELS, PLACES, REVIEWS)

USERS, ITEMS, VIEWS, CARTS, PURCHASES, RATINGS, FOLLOWS = 300, 600, 9000, 2500, 3500, 1500, 900
START = datetime(2025, 1, 1)
DAYS = 365
CHINESE_SHARE = 0.15
DIMENSIONS = 16
CONSUMABLE = {"consumable", "coffee", "tea", "compost"}   # bought again without another view
NOT_CONSUMABLE = {"brewing", "electric", "book"}


def weighted(rng, pairs):
    """One of [(thing, weight)], by weight."""
    at = rng.random() * sum(w for _, w in pairs)
    for thing, weight in pairs:
        at -= weight
        if at <= 0:
            return thing
    return pairs[-1][0]


def variants_in(text):
    """`english:chinese, …`; the English part may hold a comma itself."""
    return re.findall(r"(.+?):(.+?)(?:, |$)", text)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


class Shop:
    """Everything generated so far; each `make_` method adds one table."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.tables = {}
        self.categories, self.items, self.users = [], [], []
        self.by_leaf = {}
        self.views, self.carts, self.purchases = [], [], []
        self.bought = {}          # user index -> {item index: first time}

    # The catalogue

    def make_catalogue(self):
        self.categories = [(d, name, "") for d, name in DEPARTMENTS.items()]
        for block in LEAVES.strip().split("\n= "):
            head, *kinds = block.lstrip("= ").split("\n")
            leaf, name, department, brands, variants = [x.strip() for x in head.split(" | ")]
            self.categories.append((leaf, name, department))
            variants = variants_in(variants)
            for line in kinds:
                self.add_kind(leaf, department, brands.split(), variants, [x.strip() for x in line.split(" ; ")])
        for block in BOOKS.strip().split("\n= "):
            self.add_books(block)
        self.choose_languages()
        while len(self.items) > ITEMS:
            self.items.pop(self.rng.choice([n for n, i in enumerate(self.items) if i["department"] != "books"]))
        self.rng.shuffle(self.items)
        for n, item in enumerate(self.items):
            item["id"] = f"i{n + 1:03d}"
            item["quality"] = min(1, max(0, self.rng.gauss(0.72, 0.14)))
            self.by_leaf.setdefault(item["leaf"], []).append(n)
        for leaf in self.by_leaf.values():             # popularity: a few of each category sell most of it
            order = leaf[:]
            self.rng.shuffle(order)
            for rank, n in enumerate(order):
                self.items[n]["popularity"] = 1 / (rank + 1.5) ** 0.9

    def add_kind(self, leaf, department, brands, variants, fields):
        """Four items of one kind: four makers or models, priced by maker and variant."""
        english, chinese, prices, tags, text, *own = fields
        variants = variants_in(own[0]) if own else variants
        low, high = [float(x) for x in prices.split("-")]
        rng = self.rng
        makers = rng.sample(brands, len(brands)) * 2
        for n, (variant, variant_zh) in enumerate(rng.sample(variants, 4)):
            name, model = BRANDS[makers[n]][0], rng.choice(MODELS) + " " if department in MODELLED else ""
            price = low + (high - low) * rng.betavariate(1.6, 2.6)
            price = round(price) - (0.05 if price > 20 else 0.5)
            self.items.append({
                "leaf": leaf, "department": department, "brand": makers[n], "price": max(price, 1.95), "text": text,
                "tags": tags.split(),
                "en": f"{name} {model}{english}, {variant}", "zh": f"{name} {model}{chinese} {variant_zh}"})

    def add_books(self, block):
        head, *titles = block.lstrip("= ").split("\n")
        leaf, name, publishers, prices, tags = [x.strip() for x in head.split(" | ")]
        self.categories.append((leaf, name, "books"))
        low, high = [int(x) for x in prices.split("-")]
        for line in titles:
            english, chinese, more, text = [x.strip() for x in line.split(" ; ")]
            self.items.append({
                "leaf": leaf, "department": "books", "brand": self.rng.choice(publishers.split()),
                "price": self.rng.randint(low, high) - 0.1, "text": text, "tags": tags.split() + more.split(),
                "en": english, "zh": "" if chinese == "-" else f"《{chinese}》"})

    def choose_languages(self):
        """Chinese titles, mostly from Chinese makers."""
        for item in self.items:
            item["title"] = item["en"]
            item["key"] = self.rng.random() * (4 if BRANDS[item["brand"]][1] == "CN" else 1)
        able = sorted((i for i in self.items if i["zh"]), key=lambda i: -i["key"])
        for item in able[:round(ITEMS * CHINESE_SHARE)]:
            item["title"] = item["zh"]

    # People

    def make_users(self):
        rng = self.rng
        countries = [(c, p[0]) for c, p in PLACES.items()]
        seen = set()
        while len(self.users) < USERS:
            country = weighted(rng, countries)
            _, cities, given, family, family_first = PLACES[country]
            g, f = rng.choice(given), rng.choice(family)
            name = f + g if family_first else f"{g} {f}"
            if name in seen:
                continue
            seen.add(name)
            age = int(min(82, max(18, rng.gauss(38, 13))))
            tastes = self.tastes(age)
            joined = START + timedelta(days=rng.randint(-700, 200))
            self.users.append({
                "id": f"u{len(self.users) + 1:03d}", "name": name, "country": country, "city": rng.choice(cities), "age": age,
                "joined": joined, "tastes": tastes, "budget": min(0.95, max(0.05, rng.betavariate(2, 2.4))),
                "activity": rng.lognormvariate(0, 0.55),
                "brands": rng.sample(list(BRANDS), 5)})

    def tastes(self, age):
        """One to three interests with weights that sum to 1; age tilts a few of them."""
        rng = self.rng
        tilt = {"gaming": 2.0 if age < 32 else 0.5, "family": 2.2 if 28 <= age <= 46 else 0.6,
                "gardening": 1.8 if age > 44 else 0.7, "running": 1.3 if age < 50 else 0.7, "reading": 1.2}
        left, chosen = [(name, tilt.get(name, 1.0)) for name in INTERESTS], {}
        for share in (0.62, 0.27, 0.11)[:weighted(rng, [(1, 3), (2, 5), (3, 3)])]:
            name = weighted(rng, left)
            left = [p for p in left if p[0] != name]
            chosen[name] = share
        total = sum(chosen.values())
        return {k: v / total for k, v in chosen.items()}

    def likeness(self, a, b):
        return sum(w * b["tastes"].get(name, 0) for name, w in a["tastes"].items())

    # Behaviour

    def appeal(self, user, item):
        """How much this user is drawn to this item of a category: fame, budget, brand and language."""
        low = min(1.0, item["price"] / 250)
        fit = 1.3 - abs(low - user["budget"])
        brand = 2.2 if item["brand"] in user["brands"] else 1.0
        chinese = item["title"] == item["zh"]
        language = (3.0 if chinese else 0.8) if user["country"] == "CN" else (0.45 if chinese else 1.0)
        return item["popularity"] * fit * brand * language * (0.5 + item["quality"])

    def pick(self, user, leaf):
        return weighted(self.rng, [(n, self.appeal(user, self.items[n])) for n in self.by_leaf[leaf]])

    def moment(self, user, interest):
        """A time of visit: after joining, more often in the interest's months and in the evening."""
        rng = self.rng
        first = max(0, (user["joined"] - START).days + 1)
        days = [rng.randrange(first, DAYS - 1) for _ in range(3)]
        day = next((d for d in days if (START + timedelta(days=d)).month in INTERESTS[interest][1]), days[0])
        return START + timedelta(days=day, hours=min(23, max(6, rng.gauss(18.5, 3.4))), seconds=rng.randrange(3600))

    def visit(self, user_at):
        """One visit: views of one interest, perhaps a cart, perhaps an order with what goes along with it."""
        rng, user = self.rng, self.users[user_at]
        interest = weighted(rng, list(user["tastes"].items())) if rng.random() < 0.9 else rng.choice(list(INTERESTS))
        leaves = list(INTERESTS[interest][0].items())
        when, leaf = self.moment(user, interest), weighted(rng, leaves)
        basket = []
        for _ in range(rng.randint(2, 6)):
            item = self.pick(user, leaf)
            self.views.append((user_at, item, when))
            when += timedelta(seconds=rng.randint(15, 240))
            liking = 0.5 + 0.5 * self.items[item]["quality"]
            if rng.random() < 0.62 * liking and item not in basket and item not in self.bought.get(user_at, {}):
                basket.append(item)
                if rng.random() < 0.75 and FOLLOW_UPS.get(leaf):
                    leaf = rng.choice(FOLLOW_UPS[leaf])         # a tent asks for a sleeping bag
            elif rng.random() < 0.3:
                leaf = weighted(rng, leaves)
        carted = [i for i in basket if rng.random() < 0.61]
        for item in carted:
            self.carts.append((user_at, item, self.amount(item), when))
            when += timedelta(seconds=rng.randint(5, 60))
        if basket and rng.random() < 0.86:
            self.order(user_at, [i for i in basket if i not in carted or rng.random() < 0.61], when + timedelta(minutes=2))

    def amount(self, item):
        tags = self.items[item]["tags"]
        cheap = self.items[item]["price"] < 25
        return weighted(self.rng, [(1, 6), (2, 3), (3, 1)]) if cheap or "consumable" in tags else 1

    def order(self, user_at, items, when):
        if not items:
            return
        sale = 0.8 if when.month == 11 and when.day > 20 else 1.0
        for item in items:
            paid = round(self.items[item]["price"] * sale * weighted(self.rng, [(1, 7), (0.9, 2), (0.85, 1)]), 2)
            self.purchases.append([user_at, item, self.amount(item), paid, when])
            self.bought.setdefault(user_at, {}).setdefault(item, when)

    def reorders(self):
        """Consumables run out: the same user buys the same coffee again, straight from the order list."""
        rng = self.rng
        again = [p for p in self.purchases if CONSUMABLE & set(self.items[p[1]]["tags"])
                 and not NOT_CONSUMABLE & set(self.items[p[1]]["tags"])]
        end = START + timedelta(days=DAYS)
        while len(self.purchases) < PURCHASES:
            user_at, item, *_, when = rng.choice(again)
            when += timedelta(days=rng.randint(20, 60), seconds=rng.randrange(7200))
            if when < end:
                self.order(user_at, [item], when)

    def make_behaviour(self):
        users = [(n, u["activity"]) for n, u in enumerate(self.users)]
        while len(self.views) < VIEWS:
            self.visit(weighted(self.rng, users))
        self.views.sort(key=lambda v: (v[2], v[0], v[1]))
        self.carts.sort(key=lambda c: (c[3], c[0], c[1]))
        self.reorders()
        self.purchases.sort(key=lambda p: (p[4], p[0], p[1]))

    def make_ratings(self):
        rng = self.rng
        pairs = [(u, i, t) for u, items in sorted(self.bought.items()) for i, t in sorted(items.items())]
        rows = []
        for u, i, bought in rng.sample(pairs, min(RATINGS, len(pairs))):
            user, item = self.users[u], self.items[i]
            taste = sum(w for name, w in user["tastes"].items() if item["leaf"] in INTERESTS[name][0])
            stars = round(min(5, max(1, 1.3 + 2.9 * item["quality"] + 0.9 * taste + rng.gauss(0, 1.1))))
            review = rng.choice(REVIEWS[stars]) if rng.random() < 0.3 else ""
            last = START + timedelta(days=DAYS, seconds=-1)
            when = min(bought + timedelta(days=rng.randint(2, 30), minutes=rng.randrange(600)), last)
            rows.append((user["id"], item["id"], stars, review, stamp(when)))
        self.tables["ratings"] = ("user_id item_id stars review ts", sorted(rows, key=lambda r: (r[4], r[0], r[1])))

    def make_follows(self):
        """Edges to people of the same tastes, more to the active ones, half of them returned."""
        rng, pairs = self.rng, {}
        while len(pairs) < FOLLOWS:
            a = rng.randrange(USERS)
            b = weighted(rng, [(n, (self.likeness(self.users[a], u) + 0.01) ** 1.5 * u["activity"])
                               for n, u in enumerate(self.users) if n != a])
            since = max(self.users[a]["joined"], self.users[b]["joined"]) + timedelta(days=rng.randint(1, 150))
            pairs.setdefault((a, b), since)
            if rng.random() < 0.4 and len(pairs) < FOLLOWS:
                pairs.setdefault((b, a), since + timedelta(days=rng.randint(0, 9)))
        rows = [(self.users[a]["id"], self.users[b]["id"], since.date().isoformat()) for (a, b), since in sorted(pairs.items())]
        self.tables["follows"] = ("follower_id followee_id since", rows)

    # Knowledge: what people said, what editors decided

    def make_knowledge(self):
        rng, rows = self.rng, []
        leaf_tags = {}
        for item in self.items:
            leaf_tags.setdefault(item["leaf"], []).extend(item["tags"])
        for user in sorted(rng.sample(self.users, 120), key=lambda u: u["id"]):     # a survey of 120 customers
            told = START + timedelta(days=rng.randint(0, 150))
            chosen = []
            for name, share in user["tastes"].items():
                leaf = weighted(rng, list(INTERESTS[name][0].items()))
                tag = rng.choice(leaf_tags[leaf])
                if tag not in chosen:
                    chosen.append(tag)
                    rows.append(("User", user["id"], "PREFERS", tag, round(0.55 + 0.4 * share, 2), "survey", told, None))
            if rng.random() < 0.25:
                other = rng.choice([n for n in INTERESTS if n not in user["tastes"]])
                tag = rng.choice(leaf_tags[next(iter(INTERESTS[other][0]))])
                if tag not in chosen:
                    rows.append(("User", user["id"], "AVOIDS", tag, 0.6, "survey", told, told + timedelta(days=365)))
        suits = [
            ("gift", 0.7, lambda i: 20 < i["price"] < 60 and i["quality"] > 0.85),
            ("summer", 0.8, lambda i: "hiking" in i["tags"] and "winter" not in i["tags"] and i["quality"] > 0.75),
            ("small-space", 0.6, lambda i: i["department"] in ("office", "kitchen") and i["price"] < 90 and i["quality"] > 0.82),
            ("beginner", 0.65, lambda i: i["department"] in ("gaming", "garden", "running") and i["price"] < 70
             and i["quality"] > 0.8)]
        for item in self.items:
            for tag, confidence, test in suits:
                if tag not in item["tags"] and test(item):
                    rows.append(("Item", item["id"], "SUITS", tag, round(confidence + rng.uniform(-0.08, 0.12), 2), "editor",
                                 START + timedelta(days=rng.randint(0, 60)), None))
        day = lambda d: d.date().isoformat() if d else ""
        self.tables["knowledge"] = ("subject_kind subject_id predicate tag_id confidence source valid_from valid_to",
                                    [(*r[:6], day(r[6]), day(r[7])) for r in rows])

    # What an image model or a text encoder would have made of the items

    def make_vectors(self):
        """A unit vector of each item: the sum of a direction for each thing that is true of it, and some noise.

        Its own source of chance, so that the rest of the shop does not depend on it.
        """
        directions = {}

        def direction(name):
            if name not in directions:
                rng = random.Random(f"direction {name}")
                directions[name] = [rng.gauss(0, 1) for _ in range(DIMENSIONS)]
            return directions[name]

        rng, rows = random.Random("vectors"), []
        for item in self.items:
            words = [(item["department"], 1.0), (item["leaf"], 1.5)] + [(t, 1 / len(item["tags"]) ** 0.5) for t in item["tags"]]
            vector = [sum(w * direction(name)[d] for name, w in words) + rng.gauss(0, 0.4) for d in range(DIMENSIONS)]
            norm = sum(x * x for x in vector) ** 0.5
            rows.append((item["id"], " ".join(f"{x / norm:.3f}" for x in vector)))
        self.tables["item_vectors"] = ("item_id embedding", rows)

    # Output

    def collect(self):
        users, items = self.users, self.items
        t = self.tables
        t["users"] = ("id name country city age signup_date",
                      [(u["id"], u["name"], u["country"], u["city"], u["age"], u["joined"].date().isoformat()) for u in users])
        t["brands"] = ("id name country", [(b, *v) for b, v in BRANDS.items()])
        t["categories"] = ("id name parent_id", self.categories)
        names = {c: n for c, n, _ in self.categories}
        t["items"] = ("id title description brand_id category_id category_path price keywords",
                      [(i["id"], i["title"], i["text"], i["brand"], i["leaf"], f"{names[i['department']]}/{names[i['leaf']]}",
                        f"{i['price']:.2f}", "|".join(i["tags"])) for i in items])
        topics = {}
        for item in items:
            for tag in item["tags"]:
                topics.setdefault(tag, {}).setdefault(item["department"], []).append(1)
        for tag in ("gift", "beginner"):
            topics.setdefault(tag, {"": []})
        t["tags"] = ("id name department", [(tag, tag.replace("-", " "), max(sorted(d), key=lambda k: len(d[k])))
                                            for tag, d in sorted(topics.items())])
        t["views"] = ("user_id item_id ts", [(users[u]["id"], items[i]["id"], stamp(w)) for u, i, w in self.views])
        t["carts"] = ("user_id item_id quantity ts", [(users[u]["id"], items[i]["id"], q, stamp(w)) for u, i, q, w in self.carts])
        orders, rows = {}, []
        for u, i, q, paid, w in self.purchases:
            order = orders.setdefault((u, w), f"o{len(orders) + 1:04d}")
            rows.append((order, users[u]["id"], items[i]["id"], q, f"{paid:.2f}", stamp(w)))
        t["purchases"] = ("order_id user_id item_id quantity price_paid ts", rows)

    def write(self, folder):
        for name, (header, rows) in sorted(self.tables.items()):
            with open(os.path.join(folder, name + ".csv"), "w", newline="", encoding="utf-8") as file:
                out = csv.writer(file, lineterminator="\n")
                out.writerow(header.split())
                out.writerows(rows)


def main():
    parser = argparse.ArgumentParser(description="Write the demo shop as CSV files.")
    parser.add_argument("--seed", type=int, default=20250101)
    parser.add_argument("--out", default=os.path.dirname(os.path.abspath(__file__)))
    options = parser.parse_args()
    shop = Shop(options.seed)
    shop.make_catalogue()
    shop.make_users()
    shop.make_behaviour()
    shop.make_ratings()
    shop.make_follows()
    shop.make_knowledge()
    shop.make_vectors()
    shop.collect()
    shop.write(options.out)
    print(", ".join(f"{name} {len(rows)}" for name, (_, rows) in sorted(shop.tables.items())))


if __name__ == "__main__":
    main()
