-- Domains, without those of extensions. Of a base type that is an array, the type is the one of its elements.
SELECT
  n.nspname::text,
  t.typname::text,
  pg_catalog.format_type(element.oid, t.typtypmod),
  element.oid <> b.oid,
  element.typtype::text,
  en.nspname::text,
  element.typname::text,
  CASE WHEN t.typcollation <> b.typcollation AND NOT pg_catalog.pg_collation_is_visible(co.oid) THEN cn.nspname::text END,
  CASE WHEN t.typcollation <> b.typcollation THEN co.collname::text END,
  pg_catalog.pg_get_expr(t.typdefaultbin, 0),
  t.typnotnull,
  checks.names,
  checks.expressions
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
JOIN pg_catalog.pg_type element
  ON element.oid = CASE WHEN b.typtype = 'b' AND b.typcategory = 'A' AND b.typelem <> 0 THEN b.typelem ELSE b.oid END
JOIN pg_catalog.pg_namespace en ON en.oid = element.typnamespace
LEFT JOIN pg_catalog.pg_collation co ON co.oid = t.typcollation
LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
CROSS JOIN LATERAL (
  SELECT
    array_agg(con.conname::text ORDER BY con.conname) AS names,
    array_agg(pg_catalog.pg_get_expr(con.conbin, 0) ORDER BY con.conname) AS expressions
  FROM pg_catalog.pg_constraint con
  WHERE con.contypid = t.oid AND con.contype = 'c' AND con.convalidated
) checks
WHERE n.nspname = ANY ($1)
  AND t.typtype = 'd'
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
  )
ORDER BY n.nspname, t.typname
