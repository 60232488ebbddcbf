-- An index ($1, quoted) of a partitioned table. What follows the table in its definition is the same for every partition.
SELECT
  i.indexrelid,
  i.indrelid,
  c.relname::text,
  i.indisunique,
  CASE
    WHEN starts_with(d.definition, d.head) THEN substr(d.definition, length(d.head) + 1)
  END,
  CASE WHEN con.oid IS NOT NULL THEN pg_catalog.pg_get_constraintdef(con.oid) END,
  CASE con.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' END,
  CASE WHEN con.condeferrable THEN ' DEFERRABLE' ELSE '' END
    || CASE WHEN con.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid AND c.relkind = 'I'
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (
  SELECT
    pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
    pg_catalog.format(
      'CREATE %sINDEX %I ON ONLY %I.%I ',
      CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, c.relname, n.nspname, t.relname
    ) AS head
) AS d
LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid AND con.contype IN ('p', 'u')
WHERE i.indexrelid = pg_catalog.to_regclass($1)
