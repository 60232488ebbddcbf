-- Statements for what the model does not hold: collations, composite types, functions, text search configurations.
WITH namespaces AS (
  SELECT oid, nspname FROM pg_namespace WHERE nspname = ANY ($1)
),
extension_objects AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
)
SELECT format('CREATE SCHEMA IF NOT EXISTS %I', nspname) FROM namespaces
UNION ALL
SELECT format('CREATE EXTENSION IF NOT EXISTS %I SCHEMA %I CASCADE', e.extname, n.nspname)
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
UNION ALL
SELECT format(
  'CREATE COLLATION %I.%I (PROVIDER = %s, LOCALE = %L, DETERMINISTIC = %s)',
  n.nspname,
  co.collname,
  CASE co.collprovider WHEN 'i' THEN 'icu' ELSE 'libc' END,
  coalesce(to_jsonb(co) ->> 'colliculocale', to_jsonb(co) ->> 'colllocale', co.collcollate),
  co.collisdeterministic::text
)
FROM pg_collation co
JOIN namespaces n ON n.oid = co.collnamespace
UNION ALL
SELECT format('CREATE TEXT SEARCH CONFIGURATION %I.%I (PARSER = pg_catalog.default)', n.nspname, ts.cfgname)
FROM pg_ts_config ts
JOIN namespaces n ON n.oid = ts.cfgnamespace
UNION ALL
SELECT format(
  'CREATE TYPE %I.%I AS (%s)',
  n.nspname,
  c.relname,
  (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
   FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped)
)
FROM pg_class c
JOIN namespaces n ON n.oid = c.relnamespace
WHERE c.relkind = 'c'
UNION ALL
SELECT pg_get_functiondef(p.oid)
FROM pg_proc p
JOIN namespaces n ON n.oid = p.pronamespace
WHERE p.prokind IN ('f', 'p')
  AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM extension_objects)
