-- Columns of the given tables, in the order of the table. Of an array, the type is the one of its elements. The
-- expression is the default, or that of a generated column.
SELECT
  a.attrelid,
  a.attname::text,
  pg_catalog.format_type(element.oid, a.atttypmod),
  element.oid <> t.oid,
  CASE WHEN element.typtype = 'e' THEN n.nspname::text END,
  CASE WHEN element.typtype = 'e' THEN element.typname::text END,
  NOT a.attnotnull,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid),
  a.attidentity::text,
  a.attgenerated::text
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type element
  ON element.oid = CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
JOIN pg_catalog.pg_namespace n ON n.oid = element.typnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY ($1)
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
