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
  i.indnullsnotdistinct
FROM pg_catalog.pg_constraint con
JOIN pg_catalog.pg_index i ON i.indexrelid = con.conindid
WHERE con.conrelid = ANY ($1)
  AND con.contype IN ('p', 'u')
  AND NOT con.condeferrable
  -- WITHOUT OVERLAPS, since PostgreSQL 18.
  AND coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'false'
  AND i.indnatts = i.indnkeyatts
ORDER BY con.conrelid, con.conname
