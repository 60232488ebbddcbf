-- The relations of these quoted names ($1).
SELECT
  name,
  c.oid,
  i.indrelid,
  coalesce(i.indisvalid AND i.indisready, false),
  EXISTS (
    SELECT FROM pg_catalog.pg_stat_progress_create_index p
    WHERE p.datid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
      AND (
        p.index_relid = c.oid
        -- Of other users' builds the server may hide which index it is; then the lock on the table says so.
        OR coalesce(p.index_relid, 0::oid) = 0 AND EXISTS (
          SELECT FROM pg_catalog.pg_locks l
          WHERE l.pid = p.pid AND l.granted AND l.relation = i.indrelid AND l.mode = 'ShareUpdateExclusiveLock'
        )
      )
  ),
  EXISTS (SELECT FROM pg_catalog.pg_constraint con WHERE con.conindid = c.oid AND con.contype IN ('p', 'u'))
FROM pg_catalog.unnest($1) AS name
JOIN pg_catalog.pg_class c ON c.oid = pg_catalog.to_regclass(name)
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
