-- Foreign keys to tables of any namespace.
SELECT
  con.conrelid,
  con.conname::text,
  (
    SELECT array_agg(a.attname::text ORDER BY k.position)
    FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
  ),
  n.nspname::text,
  c.relname::text,
  (
    SELECT array_agg(a.attname::text ORDER BY k.position)
    FROM unnest(con.confkey) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.confrelid AND a.attnum = k.attnum
  ),
  con.confdeltype::text,
  con.confupdtype::text,
  con.confmatchtype = 'f',
  ARRAY(
    SELECT a.attname::text
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = con.conrelid AND a.attnum = ANY (con.confdelsetcols)
  ),
  con.condeferrable,
  con.condeferred
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_class c ON c.oid = con.confrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE con.conrelid = ANY ($1)
  AND con.contype = 'f'
  -- One to a partitioned table has others to each partition.
  AND con.conparentid = 0
  -- PERIOD, since PostgreSQL 18.
  AND coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'false'
  AND con.convalidated
ORDER BY con.conrelid, con.conname
