-- Columns of the given tables, in the order of the table. Of an array, the type is the one of its elements. The
-- expression is the default, or that of a generated column.
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
  a.attidentity::text,
  a.attgenerated::text,
  CASE WHEN NOT pg_catalog.pg_collation_is_visible(coll.oid) THEN colln.nspname::text END,
  coll.collname::text,
  pg_catalog.col_description(a.attrelid, a.attnum),
  s.seqstart,
  s.seqincrement,
  s.seqmin,
  s.seqmax,
  s.seqcache,
  s.seqcycle
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type element
  ON element.oid = CASE WHEN t.typtype = 'b' AND t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
JOIN pg_catalog.pg_namespace n ON n.oid = element.typnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation coll ON coll.oid = a.attcollation AND a.attcollation <> t.typcollation
LEFT JOIN pg_catalog.pg_namespace colln ON colln.oid = coll.collnamespace
LEFT JOIN pg_catalog.pg_depend owned
  ON a.attidentity <> ''
  AND owned.refclassid = 'pg_catalog.pg_class'::regclass AND owned.refobjid = a.attrelid AND owned.refobjsubid = a.attnum
  AND owned.classid = 'pg_catalog.pg_class'::regclass AND owned.deptype = 'i'
LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = owned.objid
WHERE a.attrelid = ANY ($1)
  AND a.attnum > 0
  AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
