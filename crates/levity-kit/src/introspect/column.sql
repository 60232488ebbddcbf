-- Columns of the given tables, in the order of the table, without generated ones. Of an array, the type is the one of
-- its elements.
SELECT
  a.attrelid,
  a.attname::text,
  pg_catalog.format_type(element.oid, a.atttypmod),
  element.oid <> t.oid,
  element.typtype::text,
  n.nspname::text,
  element.typname::text,
  NOT a.attnotnull,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid),
  a.attidentity::text
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type element
  ON element.oid = CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
JOIN pg_catalog.pg_namespace n ON n.oid = element.typnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY ($1)
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND a.attgenerated = ''
ORDER BY a.attrelid, a.attnum
