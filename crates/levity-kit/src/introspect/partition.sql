-- The partitions of the given tables that lie beside them and are no partitioned tables themselves.
SELECT t.oid, c.relname::text, pg_catalog.pg_get_expr(c.relpartbound, c.oid)
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_class t ON t.oid = i.inhparent
WHERE i.inhparent = ANY ($1)
  AND c.relkind = 'r'
  AND c.relispartition
  AND c.relnamespace = t.relnamespace
  AND NOT i.inhdetachpending
ORDER BY t.oid, c.relname
