-- Views and materialized views of the given namespaces, without those of extensions.
SELECT
  c.oid,
  n.nspname::text,
  c.relname::text,
  c.relkind = 'm',
  pg_catalog.pg_get_viewdef(c.oid),
  coalesce(o.security_barrier, false),
  coalesce(o.security_invoker, false),
  o.check_option
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT
    bool_or(option_value::boolean) FILTER (WHERE option_name = 'security_barrier') AS security_barrier,
    bool_or(option_value::boolean) FILTER (WHERE option_name = 'security_invoker') AS security_invoker,
    max(option_value) FILTER (WHERE option_name = 'check_option') AS check_option
  FROM pg_catalog.pg_options_to_table(c.reloptions)
) AS o
WHERE n.nspname = ANY ($1)
  AND c.relkind IN ('v', 'm')
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
ORDER BY n.nspname, c.relname
