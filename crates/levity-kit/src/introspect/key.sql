-- Primary keys and unique constraints.
SELECT
  con.conrelid,
  con.conname::text,
  con.contype = 'p',
  (
    SELECT array_agg(a.attname::text ORDER BY k.position)
    FROM unnest(con.conkey) WITH ORDINALITY AS k (attnum, position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = k.attnum
  ),
  i.indnullsnotdistinct,
  ARRAY(
    SELECT a.attname::text
    FROM generate_series(i.indnkeyatts + 1, i.indnatts) AS included (position)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[included.position - 1]
    ORDER BY included.position
  ),
  coalesce(c.reloptions, '{}'),
  con.condeferrable,
  con.condeferred
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_index i ON i.indexrelid = con.conindid
JOIN pg_catalog.pg_class c ON c.oid = con.conindid
WHERE con.conrelid = ANY ($1)
  AND con.contype IN ('p', 'u')
  -- That of a partitioned table can lack the index of a partition.
  AND i.indisvalid
  -- WITHOUT OVERLAPS, since PostgreSQL 18.
  AND coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'false'
ORDER BY con.conrelid, con.conname
