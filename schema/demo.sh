#!/bin/sh
# The guided tour: loads the shop of data/, trains, asks. Run by `make demo`, from the top of the repository.
#   SINTER=path/to/sinter sh schema/demo.sh [store]
set -eu

sinter=${SINTER:-sinter}
store=${1:-.build/demo.sinter}
top=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

title() { printf '\n== %s\n' "$*"; }

# Prints a query as one would type it, then what it gives. Further arguments are those of `sinter query`.
ask() {
  query=$1
  shift
  printf '\n%s;\n\n' "$query"
  "$sinter" query "$store" "$query" "$@"
}

if [ ! -e "$store" ]; then
  title "A store is one file: $store"
  mkdir -p "$(dirname -- "$store")"
  new="$store.new"                       # gets its name when it is complete, so that an interrupted tour starts afresh
  rm -f "$new" "$new-lock"
  "$sinter" load "$new" --manifest "$top/schema/demo.yaml" --data "$top/data"

  title "Constraints, indexes, rules and strategies: schema/commerce.cypher makes them (its rules are run at once)"
  "$sinter" query "$new" --file "$top/schema/commerce.cypher" > /dev/null

  title "Embeddings, learned inside the store"
  "$sinter" train "$new" --on BOUGHT,VIEWED,RATED,FOLLOWS,HAS_TAG,IN_CATEGORY,BY_BRAND
  mv "$new" "$store"
  rm -f "$new-lock"
fi

title "What is in it"
"$sinter" info "$store"

title "One traversal: what else do people buy who bought a tent?"
ask "MATCH (:Category {id: 'tents'})<-[:IN_CATEGORY]-(tent:Item)<-[:BOUGHT]-(u:User)
MATCH (u)-[:BOUGHT]->(:Item)-[:IN_CATEGORY]->(c:Category)
WHERE c.id <> 'tents'
RETURN c.name AS category, count(DISTINCT u) AS people, count(*) AS purchases
ORDER BY people DESC, category LIMIT 6"

title "What the rules have found in behaviour: facts with a confidence and a source"
ask "MATCH ()-[f:PREFERS|AVOIDS|GOES_WITH]->() WHERE source(f) STARTS WITH 'rule:'
RETURN source(f) AS source, type(f) AS fact, count(*) AS facts, round(avg(confidence(f)), 2) AS confidence ORDER BY source"

# In lines, so that no sentence is cut to the width of the terminal.
reasons="MATCH (u:User {id: \$user})
RECOMMEND (i:Item) FOR u USING copurchase 0.4, transe 0.2, knowledge 0.3, popularity 0.1
LIMIT 3 SCORE AS score BECAUSE AS why
WITH i, score, why, [r IN why | round(r.contribution, 3) + '  ' + replace(r.sentence, i.title, 'it')] AS reasons
RETURN i.title AS item, round(score, 3) AS score, reasons[0] AS because, reasons[1] AS and, reasons[2] AS also,
  size(why) AS reasons, round(reduce(sum = 0.0, r IN why | sum + r.contribution), 3) AS sum"

title "What should they see, and why? The numbers of all reasons add up to the score; the strongest three are shown."
printf '\nZoe Anderson, who camps:\n'
ask "$reasons" --param user=u194 --format line
printf '\n张雪, who drinks tea (the same query):\n\n'
"$sinter" query "$store" "$reasons" --param user=u285 --format line
printf '\nCaleb Garcia, who plays (the same query):\n\n'
"$sinter" query "$store" "$reasons" --param user=u184 --format line

title "MATCH finds what is; PREDICT finds what should be"
ask "MATCH (u:User {id: 'u194'})
PREDICT (u)-[:BOUGHT]->(i:Item) WHERE NOT EXISTS { (u)-[:BOUGHT]->(i) }
LIMIT 5 SCORE AS s
RETURN i.title AS item, i.category AS category, round(s, 3) AS score"

title "Zoe tells us that she trains for a marathon: knowledge is deposited, with its source and how sure we are"
ask "MATCH (u:User {id: 'u194'}), (t:Tag {id: 'marathon'})
DEPOSIT (u)-[f:PREFERS]->(t) CONFIDENCE 0.95 SOURCE 'conversation'
RETURN u.name AS who, type(f) AS fact, t.name AS what, confidence(f) AS confidence, source(f) AS source"

title "The recommendation follows at once"
ask "MATCH (u:User {id: 'u194'})
RECOMMEND (i:Item) FOR u USING knowledge 0.7, copurchase 0.3 LIMIT 5 SCORE AS score BECAUSE AS why
RETURN i.title AS item, round(score, 3) AS score, replace(why[0].sentence, i.title, 'it') AS because"

title "And it is taken back, so that the tour can be repeated"
ask "MATCH (:User {id: 'u194'})-[f:PREFERS]->(:Tag {id: 'marathon'}) WHERE source(f) = 'conversation' AND retractedAt(f) IS NULL
RETRACT f"

cat <<END

== Your turn

  $sinter $store

opens this store in the REPL: statements end with ';', .help lists the commands, .quit leaves.
To start afresh: rm $store
END
