// The workloads of the side-by-side benchmark, at scale S.
// $ {"id": "item-003364"}
MATCH (i:Item {id: $id}) RETURN i.title AS title, i.price AS price;
// $ {"id": "user-006298"}
MATCH (u:User {id: $id})-[:BOUGHT]->(i:Item) RETURN i.id AS id;
// $ {"id": "user-006298"}
MATCH (u:User {id: $id})-[:BOUGHT]->(i:Item)<-[:BOUGHT]-(v:User) WHERE id(v) <> id(u) RETURN count(*) AS n;
// $ {"id": "user-006298"}
MATCH (u:User {id: $id})-[:BOUGHT]->(i:Item)<-[:BOUGHT]-(v:User)-[:BOUGHT]->(j:Item) WHERE id(v) <> id(u) AND id(j) <> id(i) RETURN count(DISTINCT id(j)) AS n;
// $ {"id": "user-006298"}
MATCH (u:User {id: $id})-[:BOUGHT]->(i:Item)<-[:BOUGHT]-(v:User)-[:BOUGHT]->(j:Item) WHERE id(v) <> id(u) WITH j, count(*) AS score WHERE NOT EXISTS { MATCH (:User {id: $id})-[:BOUGHT]->(j) } WITH j, score ORDER BY score DESC, j.id LIMIT 10 OPTIONAL MATCH (j)-[:HAS_TAG]->(t:Tag) WITH j.id AS id, score, collect(t.name) AS tags RETURN id, score, tags ORDER BY score DESC, id;
// $ {}
MATCH (:User)-[:BOUGHT]->(i:Item)-[:HAS_TAG]->(t:Tag) RETURN t.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 20;
// $ {}
MATCH (u:User)-[:BOUGHT]->(i:Item) WITH u.id AS u, count(*) AS d RETURN d, count(*) AS users ORDER BY d;
// $ {}
MATCH (u:User)-[:FOLLOWS]->(v:User)-[:BOUGHT]->(i:Item)<-[:BOUGHT]-(u) RETURN count(*) AS n;
// $ {"a": "user-006625", "b": "user-004892"}
MATCH p = shortestPath((a:User {id: $a})-[:FOLLOWS*1..6]->(b:User {id: $b})) RETURN length(p) AS n;
MATCH (i:Item) WHERE i.price < 10 RETURN count(*);
MATCH (i:Item) WHERE i.price > 50 AND i.price < 60 RETURN i.id;
MATCH (u:User) WHERE u.age >= 80 RETURN u.id;
MATCH (u:User {age: 33}) RETURN u.id;
MATCH (u:User) WHERE u.age IN [20, 21, 22] RETURN u.id;
MATCH (u:User)-[b:BOUGHT]->(i:Item) WHERE b.rating = 5 RETURN u.id, i.id;
MATCH (u:User)-[b:BOUGHT]->(i:Item) WHERE b.rating >= 4 AND i.price < 20 RETURN u.id, i.id;
MATCH (u:User) RETURN u.age AS age, count(*) AS n;
MATCH (u:User)-[:BOUGHT]->(i:Item)-[:IN_CATEGORY]->(c:Category) RETURN c.name, count(*) AS n;
MATCH (u:User)-[:FOLLOWS]->(v:User)-[:FOLLOWS]->(w:User) WHERE u.age = 33 RETURN count(DISTINCT w);
MATCH (i:Item)-[:BY_BRAND]->(b:Brand) WITH b, count(*) AS n WHERE n > 20 RETURN b.name, n;
MATCH (a:Item)-[:IN_CATEGORY]->(c)<-[:IN_CATEGORY]-(b:Item) RETURN count(*);
MATCH (u:User) WHERE NOT (u)-[:BOUGHT]->() RETURN count(*);
MATCH (u:User)-[:BOUGHT]->(i:Item) WHERE i.stock = 0 RETURN DISTINCT u.id;
MATCH (i:Item) WHERE i.id STARTS WITH 'item-00' RETURN i.id;
// $ {"ids": ["user-000001", "user-000002", "user-000003", "user-000004"]}
MATCH (u:User) WHERE u.id IN $ids MATCH (u)-[:VIEWED]->(i:Item) RETURN u.id, count(i);
