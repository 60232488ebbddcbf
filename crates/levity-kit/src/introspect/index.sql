-- Keys of the indexes that belong to no constraint, and of exclusion constraints, one row per key. Options: 1 is descending, 2 is nulls first.
SELECT
  i.indrelid,
  c.relname::text,
  i.indisunique,
  i.indnullsnotdistinct,
  am.amname::text,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid),
  ARRAY(
    SELECT a.attname::text
    FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS included (position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[included.position - 1]
    ORDER BY included.position
  ),
  coalesce(c.reloptions, '{}'),
  a.attname::text,
  CASE WHEN a.attnum IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.position, false) END,
  CASE WHEN NOT pg_catalog.pg_collation_is_visible(coll.oid) THEN colln.nspname::text END,
  coll.collname::text,
  CASE WHEN NOT pg_catalog.pg_opclass_is_visible(op.oid) THEN opn.nspname::text END,
  op.opcname::text,
  coalesce(ia.attoptions, '{}'),
  i.indoption[k.position - 1],
  CASE WHEN NOT pg_catalog.pg_operator_is_visible(opr.oid) THEN oprn.nspname::text END,
  opr.oprname::text,
  coalesce(con.condeferrable, false),
  coalesce(con.condeferred, false)
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = c.relam
CROSS JOIN LATERAL generate_series(1, i.indnkeyatts::integer) AS k (position)
JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.position
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.position - 1]
-- A collation and an operator class that the column or its type does not have by itself. What an expression has by
-- itself only the server knows: it prints the other one after the expression.
LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = i.indcollation[k.position - 1]
  AND CASE
    WHEN a.attnum IS NOT NULL THEN a.attcollation <> coll.oid
    ELSE strpos(
      pg_catalog.pg_get_indexdef(i.indexrelid),
      pg_catalog.pg_get_indexdef(i.indexrelid, k.position, false) || ' COLLATE '
    ) > 0
  END
LEFT JOIN pg_catalog.pg_namespace colln ON colln.oid = coll.collnamespace
LEFT JOIN pg_catalog.pg_opclass op ON op.oid = i.indclass[k.position - 1]
  AND (
    NOT op.opcdefault
    OR ia.attoptions IS NOT NULL
    -- The default of a type that this one is only stored like.
    OR op.opcintype <> a.atttypid AND EXISTS (
      SELECT FROM pg_catalog.pg_opclass other
      WHERE other.opcmethod = op.opcmethod AND other.opcdefault AND other.opcintype = a.atttypid
    )
  )
LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = op.opcnamespace
LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid AND con.contype = 'x'
LEFT JOIN pg_catalog.pg_operator opr ON opr.oid = con.conexclop[k.position]
LEFT JOIN pg_catalog.pg_namespace oprn ON oprn.oid = opr.oprnamespace
WHERE i.indrelid = ANY ($1)
  AND i.indisvalid
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_constraint key WHERE key.conindid = i.indexrelid AND key.contype IN ('p', 'u')
  )
ORDER BY i.indrelid, c.relname, k.position
