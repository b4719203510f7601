/// Procedures that Neo4j had once, and what does their work now; by lower-cased name.
let removedProcedures: [String: String] = [
  "db.indexes": "SHOW INDEXES", "db.indexdetails": "SHOW INDEXES YIELD *",
  "db.schemastatements": "SHOW INDEXES YIELD createStatement",
  "db.constraints": "SHOW CONSTRAINTS", "dbms.functions": "SHOW FUNCTIONS", "dbms.procedures": "SHOW PROCEDURES",
  "dbms.listconfig": "SHOW SETTINGS", "db.schema": "CALL db.schema.visualization()",
  "db.index.fulltext.drop": "DROP INDEX name", "db.createindex": "CREATE INDEX",
  "db.createuniquepropertyconstraint": "CREATE CONSTRAINT",
]
