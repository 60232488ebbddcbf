-- Sequences, without those of identity columns and of extensions, and without those that belong to a table that the model
-- does not hold. One that belongs to an unlogged table can be unlogged as well: it follows when the table changes.
SELECT
  n.nspname::text,
  c.relname::text,
  pg_catalog.format_type(s.seqtypid, NULL),
  s.seqincrement,
  s.seqmin,
  s.seqmax,
  s.seqstart,
  s.seqcache,
  s.seqcycle,
  tn.nspname::text,
  t.relname::text,
  a.attname::text
FROM pg_catalog.pg_sequence s
JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend owner
  ON owner.classid = 'pg_catalog.pg_class'::regclass AND owner.objid = c.oid AND owner.objsubid = 0
  AND owner.refclassid = 'pg_catalog.pg_class'::regclass AND owner.refobjsubid <> 0
  AND owner.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class t ON t.oid = owner.refobjid
LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = owner.refobjid AND a.attnum = owner.refobjsubid
WHERE n.nspname = ANY ($1)
  AND (c.relpersistence = 'p' OR c.relpersistence = t.relpersistence)
  AND owner.deptype IS DISTINCT FROM 'i'
  AND (t.oid IS NULL OR t.oid = ANY ($2))
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
