// The commerce schema: what must hold in a shop, what is looked up, what follows from behaviour, how to recommend.
//
// For a shop with (:User), (:Item), (:Tag), [:BOUGHT], [:VIEWED], [:RATED], [:HAS_TAG] and [:FOLLOWS], such as the manifests
// beside this file make. Run it once on a loaded store; a second time changes nothing:
// `sinter query STORE --file schema/commerce.cypher`, or `.read schema/commerce.cypher` in the REPL.

// What must hold.
CREATE CONSTRAINT user_id IF NOT EXISTS FOR (u:User) REQUIRE u.id IS UNIQUE;
CREATE CONSTRAINT item_id IF NOT EXISTS FOR (i:Item) REQUIRE i.id IS UNIQUE;
CREATE CONSTRAINT tag_id IF NOT EXISTS FOR (t:Tag) REQUIRE t.id IS UNIQUE;
CREATE CONSTRAINT category_id IF NOT EXISTS FOR (c:Category) REQUIRE c.id IS UNIQUE;
CREATE CONSTRAINT brand_id IF NOT EXISTS FOR (b:Brand) REQUIRE b.id IS UNIQUE;

// What is looked up.
CREATE INDEX item_title IF NOT EXISTS FOR (i:Item) ON (i.title);
CREATE INDEX item_price IF NOT EXISTS FOR (i:Item) ON (i.price);

// What follows from behaviour. The confidence n / (n + k) starts low and nears 1 as the evidence n grows; k is the number
// of observations at which we believe it by half.

// Someone who buys a tag three times prefers it.
CREATE RULE prefers IF NOT EXISTS AS
MATCH (u:User)-[b:BOUGHT]->(:Item)-[:HAS_TAG]->(t:Tag)
WITH u, t, count(b) AS n
WHERE n >= 3
DEPOSIT (u)-[f:PREFERS]->(t) CONFIDENCE n / (n + 3.0) SUPPORT n SOURCE 'rule:prefers';

// Someone who gives poor ratings to two items of a tag avoids it.
CREATE RULE avoids IF NOT EXISTS AS
MATCH (u:User)-[r:RATED]->(:Item)-[:HAS_TAG]->(t:Tag)
WHERE r.stars <= 2
WITH u, t, count(r) AS n
WHERE n >= 2
DEPOSIT (u)-[f:AVOIDS]->(t) CONFIDENCE n / (n + 3.0) SUPPORT n SOURCE 'rule:avoids';

// Two items that five people bought belong together.
CREATE RULE goes_with IF NOT EXISTS AS
MATCH (a:Item)<-[:BOUGHT]-(u:User)-[:BOUGHT]->(b:Item)
WHERE a.id < b.id
WITH a, b, count(DISTINCT u) AS n
WHERE n >= 5
DEPOSIT (a)-[f:GOES_WITH]->(b) CONFIDENCE n / (n + 5.0) SUPPORT n SOURCE 'rule:goes_with';

// How to recommend: scorers and their weights, to be named in RECOMMEND … USING STRATEGY.
CREATE STRATEGY balanced IF NOT EXISTS AS copurchase 0.4, transe 0.25, knowledge 0.25, popularity 0.1;
CREATE STRATEGY newcomer IF NOT EXISTS AS knowledge 0.5, popularity 0.5;
CREATE STRATEGY explorer IF NOT EXISTS AS transe 0.6, knowledge 0.4;
