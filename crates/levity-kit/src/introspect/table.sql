-- Ordinary and partitioned tables of the given namespaces, without partitions and those of extensions.
SELECT
  c.oid,
  n.nspname::text,
  c.relname::text,
  pg_catalog.obj_description(c.oid, 'pg_class'),
  c.relpersistence = 'u',
  coalesce(c.reloptions, '{}') || ARRAY(
    SELECT 'toast.' || parameter
    FROM pg_catalog.pg_class toast
    CROSS JOIN unnest(toast.reloptions) AS parameter
    WHERE toast.oid = c.reltoastrelid
  )
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY ($1)
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND (c.relkind = 'p' OR NOT EXISTS (
    SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid OR i.inhparent = c.oid
  ))
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
ORDER BY n.nspname, c.relname
