-- Of the enum types ($1, $2), those that are there, and that no table but the given ones ($3, $4) has a column of.
SELECT n.nspname::text, t.typname::text
FROM unnest($1::text[], $2::text[]) AS o(namespace, name)
JOIN pg_catalog.pg_namespace n ON n.nspname = o.namespace
JOIN pg_catalog.pg_type t ON t.typnamespace = n.oid AND t.typname = o.name AND t.typtype = 'e'
WHERE NOT EXISTS (
  SELECT FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace owner ON owner.oid = c.relnamespace
  WHERE a.atttypid IN (t.oid, t.typarray) AND NOT a.attisdropped
    AND (owner.nspname::text, c.relname::text) NOT IN (SELECT * FROM unnest($3::text[], $4::text[]))
)
ORDER BY 1, 2
