-- Of the views ($1, $2), those that are there: whatever reads another one of them comes before it.
WITH RECURSIVE ours AS (
  SELECT c.oid, n.nspname::text AS namespace, c.relname::text AS name, c.relkind = 'm' AS materialized
  FROM unnest($1::text[], $2::text[]) AS o(namespace, name)
  JOIN pg_catalog.pg_namespace n ON n.nspname = o.namespace
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = o.name AND c.relkind IN ('v', 'm')
),
reads AS (
  SELECT DISTINCT r.ev_class AS reader, d.refobjid AS read
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
    AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
  WHERE r.ev_class IN (SELECT oid FROM ours) AND d.refobjid IN (SELECT oid FROM ours)
),
heights AS (
  SELECT oid, 0 AS height FROM ours
  UNION
  SELECT reads.reader, heights.height + 1 FROM heights JOIN reads ON reads.read = heights.oid
)
SELECT namespace, name, materialized
FROM ours
JOIN heights USING (oid)
GROUP BY namespace, name, materialized
ORDER BY max(height) DESC, namespace, name
