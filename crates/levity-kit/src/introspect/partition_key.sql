-- Keys of partitioned tables, one row per key. The expressions of a table come all at once.
SELECT
  p.partrelid,
  p.partstrat::text,
  a.attname::text,
  pg_catalog.pg_get_expr(p.partexprs, p.partrelid),
  CASE WHEN NOT pg_catalog.pg_collation_is_visible(coll.oid) THEN colln.nspname::text END,
  coll.collname::text,
  CASE WHEN NOT pg_catalog.pg_opclass_is_visible(op.oid) THEN opn.nspname::text END,
  op.opcname::text
FROM pg_catalog.pg_partitioned_table p
CROSS JOIN LATERAL generate_series(1, p.partnatts::integer) AS k (position)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[k.position - 1]
  AND a.attnum > 0
-- A collation and an operator class that the column or its type does not have by itself. Of an expression, each but
-- the default one is said.
LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = p.partcollation[k.position - 1]
  AND coll.oid <> coalesce(a.attcollation, 'pg_catalog."default"'::regcollation)
LEFT JOIN pg_catalog.pg_namespace colln ON colln.oid = coll.collnamespace
LEFT JOIN pg_catalog.pg_opclass op ON op.oid = p.partclass[k.position - 1]
  AND (
    NOT op.opcdefault
    -- The default of a type that this one is only stored like.
    OR op.opcintype <> a.atttypid AND EXISTS (
      SELECT FROM pg_catalog.pg_opclass other
      WHERE other.opcmethod = op.opcmethod AND other.opcdefault AND other.opcintype = a.atttypid
    )
  )
LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = op.opcnamespace
WHERE p.partrelid = ANY ($1)
ORDER BY p.partrelid, k.position
