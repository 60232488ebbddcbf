-- All partitions below a table ($1), each with its indexes that are attached and what they are attached to.
SELECT
  c.oid,
  tree.parentrelid::oid,
  n.nspname::text,
  c.relname::text,
  c.relkind::text,
  coalesce(array_agg(i.inhrelid ORDER BY i.inhrelid) FILTER (WHERE i.inhrelid IS NOT NULL), '{}'),
  coalesce(array_agg(i.inhparent ORDER BY i.inhrelid) FILTER (WHERE i.inhrelid IS NOT NULL), '{}'),
  coalesce(
    array_agg(
      pg_catalog.format('%I.%I', n.nspname, index.relname) ORDER BY i.inhrelid
    ) FILTER (WHERE i.inhrelid IS NOT NULL),
    '{}'
  )
FROM pg_catalog.pg_partition_tree($1) AS tree
JOIN pg_catalog.pg_class c ON c.oid = tree.relid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_index own ON own.indrelid = c.oid
LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = own.indexrelid
LEFT JOIN pg_catalog.pg_class index ON index.oid = i.inhrelid
WHERE tree.level > 0
GROUP BY c.oid, tree.parentrelid, n.nspname, c.relname, c.relkind
ORDER BY n.nspname, c.relname
