WITH ours AS (
  SELECT c.oid
  FROM unnest($1::text[], $2::text[]) AS o(namespace, name)
  JOIN pg_catalog.pg_namespace n ON n.nspname = o.namespace
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = o.name
)
SELECT pg_catalog.format('foreign key `%s` of table `%s`', k.conname, k.conrelid::regclass) AS dependent
FROM pg_catalog.pg_constraint k
WHERE k.contype = 'f'
  AND k.conparentid = 0
  AND k.confrelid IN (SELECT oid FROM ours)
  AND k.conrelid NOT IN (SELECT oid FROM ours)
UNION
SELECT pg_catalog.format(
  CASE WHEN c.relispartition THEN 'partition `%s` of table `%s`' ELSE 'table `%s`, which inherits from `%s`' END,
  i.inhrelid::regclass, i.inhparent::regclass
)
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
WHERE i.inhparent IN (SELECT oid FROM ours)
  AND i.inhrelid NOT IN (SELECT oid FROM ours)
ORDER BY dependent
