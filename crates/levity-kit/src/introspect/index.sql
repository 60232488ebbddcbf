-- Keys of the indexes that belong to no constraint, one row per key. Options: 1 is descending, 2 is nulls first.
SELECT
  i.indrelid,
  c.relname::text,
  i.indisunique,
  am.amname::text,
  pg_catalog.pg_get_expr(i.indpred, i.indrelid),
  a.attname::text,
  CASE WHEN i.indkey[k.position - 1] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.position, false) END,
  CASE WHEN NOT op.opcdefault THEN
    CASE WHEN pg_catalog.pg_opclass_is_visible(op.oid) THEN op.opcname::text
    ELSE opn.nspname || '.' || op.opcname END
  END,
  i.indoption[k.position - 1]
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = c.relam
CROSS JOIN LATERAL generate_series(1, i.indnkeyatts::integer) AS k (position)
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.position - 1]
JOIN pg_catalog.pg_opclass op ON op.oid = i.indclass[k.position - 1]
JOIN pg_catalog.pg_namespace opn ON opn.oid = op.opcnamespace
WHERE i.indrelid = ANY ($1)
  AND i.indisvalid
  AND NOT i.indnullsnotdistinct
  AND i.indnatts = i.indnkeyatts
  AND c.reloptions IS NULL
  AND am.amname IN ('btree', 'hash', 'gin', 'gist', 'spgist', 'brin')
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint con WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, c.relname, k.position
