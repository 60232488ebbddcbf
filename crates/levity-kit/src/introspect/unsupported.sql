-- What the schema model does not hold, by kind and name. Objects of extensions are theirs to manage, and what a partition
-- has beyond its table belongs to whoever made it.
WITH namespaces AS (
  SELECT oid, nspname::text AS name FROM pg_catalog.pg_namespace WHERE nspname = ANY ($1)
),
extension_objects AS (
  SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'
),
relations AS (
  SELECT c.*, CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || c.relname AS name
  FROM pg_catalog.pg_class c
  JOIN namespaces n ON n.oid = c.relnamespace
  WHERE (c.tableoid, c.oid) NOT IN (SELECT classid, objid FROM extension_objects)
),
tables AS (
  SELECT * FROM relations WHERE relkind IN ('r', 'p') AND NOT relispartition
)
SELECT
  CASE
    WHEN relkind = 'f' THEN 'foreign table'
    WHEN relkind = 'c' THEN 'composite type'
    WHEN relispartition THEN 'partition'
    ELSE 'inheriting table'
  END,
  name
FROM relations c
WHERE relkind IN ('f', 'c')
  OR relkind IN ('r', 'p') AND relispartition AND NOT EXISTS (
    -- What the model holds: partitions that are no partitioned tables themselves, beside their table.
    SELECT FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class t ON t.oid = i.inhparent
    WHERE i.inhrelid = c.oid AND c.relkind = 'r' AND NOT i.inhdetachpending
      AND NOT t.relispartition AND t.relnamespace = c.relnamespace
  )
  OR relkind = 'r' AND NOT relispartition
    AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid OR i.inhparent = c.oid)
UNION ALL
-- Others can make partitions of our tables in namespaces of their own.
SELECT 'partition', n.nspname || '.' || c.relname
FROM tables t
CROSS JOIN LATERAL pg_catalog.pg_partition_tree(t.oid) AS tree
JOIN pg_catalog.pg_class c ON c.oid = tree.relid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE t.relkind = 'p' AND c.relnamespace NOT IN (SELECT oid FROM namespaces)
UNION ALL
-- Those that the model holds are permanent or like their table, and belong to no table, or to an ordinary or partitioned
-- one.
SELECT CASE WHEN c.relpersistence <> 'p' THEN 'unlogged sequence' ELSE 'sequence' END, c.name
FROM relations c
LEFT JOIN pg_catalog.pg_depend owner
  ON owner.classid = 'pg_catalog.pg_class'::regclass AND owner.objid = c.oid
  AND owner.refclassid = 'pg_catalog.pg_class'::regclass AND owner.refobjsubid <> 0
  AND owner.deptype IN ('a', 'i')
LEFT JOIN pg_catalog.pg_class t ON t.oid = owner.refobjid
WHERE c.relkind = 'S'
  AND owner.deptype IS DISTINCT FROM 'i'
  AND (
    c.relpersistence <> 'p' AND c.relpersistence IS DISTINCT FROM t.relpersistence
    OR t.relkind NOT IN ('r', 'p')
    OR t.relispartition
    OR t.relkind = 'r'
      AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = t.oid OR i.inhparent = t.oid)
  )
UNION ALL
SELECT kind || ' of column', c.name || '.' || a.attname
FROM tables c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (
  VALUES
    ('storage', a.attstorage <> t.typstorage),
    ('compression', a.attcompression <> ''),
    -- NULL instead of -1 since PostgreSQL 17.
    ('statistics target', coalesce(a.attstattarget, -1) <> -1),
    ('options', a.attoptions IS NOT NULL)
) AS differs (kind, is_other)
WHERE is_other
UNION ALL
SELECT kind || ' of table', c.name
FROM tables c
CROSS JOIN LATERAL (
  VALUES
    ('tablespace', c.reltablespace <> 0),
    ('replica identity', c.relreplident <> 'd'),
    ('type', c.reloftype <> 0),
    -- Of a partitioned table that is 0 where it has none for new partitions.
    ('access method', c.relam <> 0 AND c.relam <> (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'heap'))
) AS differs (kind, is_other)
WHERE is_other
UNION ALL
SELECT 'clustered index', c.name
FROM relations c
JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
WHERE i.indisclustered AND NOT c.relispartition
UNION ALL
SELECT CASE c.relkind WHEN 'v' THEN 'comment of view' ELSE 'comment of materialized view' END, c.name
FROM relations c
WHERE c.relkind IN ('v', 'm') AND pg_catalog.obj_description(c.oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 'comment of view column', c.name || '.' || a.attname
FROM relations c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relkind IN ('v', 'm') AND pg_catalog.col_description(c.oid, a.attnum) IS NOT NULL
UNION ALL
SELECT 'comment of index', c.name
FROM relations c
WHERE c.relkind IN ('i', 'I') AND NOT c.relispartition AND pg_catalog.obj_description(c.oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 'comment of constraint', c.name || '.' || con.conname
FROM tables c
JOIN pg_catalog.pg_constraint con ON con.conrelid = c.oid
WHERE con.conparentid = 0 AND pg_catalog.obj_description(con.oid, 'pg_constraint') IS NOT NULL
UNION ALL
SELECT 'comment of sequence', c.name
FROM relations c
WHERE c.relkind = 'S' AND pg_catalog.obj_description(c.oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT
  CASE t.typtype WHEN 'e' THEN 'comment of enum type' ELSE 'comment of domain' END,
  CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || t.typname
FROM pg_catalog.pg_type t
JOIN namespaces n ON n.oid = t.typnamespace
WHERE t.typtype IN ('e', 'd')
  AND pg_catalog.obj_description(t.oid, 'pg_type') IS NOT NULL
  AND ('pg_catalog.pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM extension_objects)
UNION ALL
SELECT
  CASE
    WHEN coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'true' THEN 'temporal constraint'
    WHEN to_jsonb(con) ->> 'conenforced' = 'false' THEN 'constraint that is not enforced'
    ELSE 'constraint that is not validated'
  END,
  c.name || '.' || con.conname
FROM tables c
JOIN pg_catalog.pg_constraint con ON con.conrelid = c.oid
WHERE con.conparentid = 0
  -- `n` is NOT NULL, since PostgreSQL 18.
  AND con.contype IN ('x', 'p', 'u', 'f', 'c', 'n')
  AND (NOT con.convalidated OR coalesce(to_jsonb(con) ->> 'conperiod', 'false') = 'true')
UNION ALL
SELECT 'invalid index', c.name
FROM relations c
JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
JOIN pg_catalog.pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p', 'm')
WHERE NOT i.indisvalid
UNION ALL
SELECT 'trigger', c.name || '.' || t.tgname
FROM relations c
JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid
WHERE NOT t.tgisinternal AND t.tgparentid = 0
UNION ALL
SELECT 'rule', c.name || '.' || r.rulename
FROM relations c
JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid
WHERE c.relkind IN ('r', 'p')
  -- A view itself is a rule of this name.
  OR c.relkind IN ('v', 'm') AND r.rulename <> '_RETURN'
UNION ALL
SELECT 'default of view column', c.name || '.' || a.attname
FROM relations c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE c.relkind = 'v' AND a.atthasdef
UNION ALL
SELECT 'storage parameters of materialized view', c.name
FROM relations c
WHERE c.relkind = 'm' AND c.reloptions IS NOT NULL
UNION ALL
SELECT 'policy', c.name || '.' || p.polname
FROM relations c
JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid
UNION ALL
SELECT 'row security', c.name FROM tables c WHERE c.relrowsecurity
UNION ALL
SELECT
  CASE t.typtype WHEN 'r' THEN 'range type' ELSE 'base type' END,
  CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || t.typname
FROM pg_catalog.pg_type t
JOIN namespaces n ON n.oid = t.typnamespace
WHERE (t.typtype = 'r' OR t.typtype = 'b' AND t.typcategory <> 'A')
  AND ('pg_catalog.pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM extension_objects)
UNION ALL
SELECT
  'constraint that is not validated',
  CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || t.typname || '.' || con.conname
FROM pg_catalog.pg_type t
JOIN namespaces n ON n.oid = t.typnamespace
JOIN pg_catalog.pg_constraint con ON con.contypid = t.oid AND con.contype = 'c'
WHERE NOT con.convalidated
  AND ('pg_catalog.pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM extension_objects)
UNION ALL
SELECT
  CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
  CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || p.proname
    || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
FROM pg_catalog.pg_proc p
JOIN namespaces n ON n.oid = p.pronamespace
WHERE ('pg_catalog.pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM extension_objects)
  -- A range type brings its constructors with it.
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'
  )
UNION ALL
SELECT 'collation', CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || c.collname
FROM pg_catalog.pg_collation c
JOIN namespaces n ON n.oid = c.collnamespace
WHERE ('pg_catalog.pg_collation'::regclass, c.oid) NOT IN (SELECT classid, objid FROM extension_objects)
UNION ALL
SELECT 'extended statistics', CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || s.stxname
FROM pg_catalog.pg_statistic_ext s
JOIN namespaces n ON n.oid = s.stxnamespace
UNION ALL
SELECT
  'grants on ' || CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence' ELSE 'table' END,
  c.name
FROM relations c
WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
  AND c.relacl <> pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
UNION ALL
SELECT 'grants on column', c.name || '.' || a.attname
FROM relations c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
UNION ALL
SELECT
  'grants on function',
  CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || p.proname
    || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
FROM pg_catalog.pg_proc p
JOIN namespaces n ON n.oid = p.pronamespace
WHERE p.proacl <> pg_catalog.acldefault('f', p.proowner)
  AND ('pg_catalog.pg_proc'::regclass, p.oid) NOT IN (SELECT classid, objid FROM extension_objects)
UNION ALL
SELECT 'grants on type', CASE WHEN n.name = 'public' THEN '' ELSE n.name || '.' END || t.typname
FROM pg_catalog.pg_type t
JOIN namespaces n ON n.oid = t.typnamespace
WHERE t.typacl <> pg_catalog.acldefault('T', t.typowner)
  AND ('pg_catalog.pg_type'::regclass, t.oid) NOT IN (SELECT classid, objid FROM extension_objects)
UNION ALL
-- Those that a new database has are not from anybody.
SELECT 'grants on namespace', n.name
FROM namespaces n
JOIN pg_catalog.pg_namespace s USING (oid)
LEFT JOIN pg_catalog.pg_init_privs i ON i.classoid = 'pg_catalog.pg_namespace'::regclass AND i.objoid = n.oid
WHERE s.nspacl <> coalesce(i.initprivs, pg_catalog.acldefault('n', s.nspowner))
ORDER BY 1, 2
