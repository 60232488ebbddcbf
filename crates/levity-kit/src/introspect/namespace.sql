-- Those of the given namespaces that exist.
SELECT n.nspname::text
FROM pg_catalog.pg_namespace n
WHERE n.nspname = ANY ($1)
  AND n.nspname <> 'public'
ORDER BY n.nspname
