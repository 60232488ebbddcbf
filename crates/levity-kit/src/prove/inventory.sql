-- Everything that a database holds, by what it is and where: without the objects of PostgreSQL itself (their numbers are
-- smaller), those of extensions, and those that are a part of another object. What somebody has set about a table or column
-- counts as well, where a migration can lose it. The last three columns are what an object goes with: its table, a column
-- of one, or what a comment is about.
WITH numbers AS (
  SELECT classid, objid FROM pg_catalog.pg_depend WHERE objid >= 16384
  UNION
  SELECT refclassid, refobjid FROM pg_catalog.pg_depend WHERE refobjid >= 16384
),
objects AS (
  SELECT n.classid, n.objid, i.type AS kind, i.identity
  FROM numbers n
  CROSS JOIN LATERAL pg_catalog.pg_identify_object(n.classid, n.objid, 0) AS i
  LEFT JOIN pg_catalog.pg_constraint con
    ON n.classid = 'pg_catalog.pg_constraint'::regclass AND con.oid = n.objid
  WHERE i.type IS NOT NULL
    AND i.schema IS DISTINCT FROM 'pg_toast'
    AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend d
      WHERE d.classid = n.classid AND d.objid = n.objid AND d.deptype IN ('i', 'e', 'P', 'S')
    )
    -- NOT NULL is an attribute of its column; since PostgreSQL 18 it has a name.
    AND con.contype IS DISTINCT FROM 'n'
    -- What a partition has from its table is the table's.
    AND (con.oid IS NULL OR con.conislocal)
    AND NOT (
      n.classid = 'pg_catalog.pg_attrdef'::regclass
      AND EXISTS (
        SELECT FROM pg_catalog.pg_attrdef def
        JOIN pg_catalog.pg_class c ON c.oid = def.adrelid
        WHERE def.oid = n.objid AND c.relispartition
      )
    )
),
tables AS (
  SELECT c.*, o.identity
  FROM objects o
  JOIN pg_catalog.pg_class c
    ON o.classid = 'pg_catalog.pg_class'::regclass AND c.oid = o.objid
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
),
columns AS (
  SELECT
    a.*,
    a.attrelid AS relation,
    a.attnum::integer AS number,
    pg_catalog.format('%s.%I', t.identity, a.attname) AS identity
  FROM tables t
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
)
SELECT o.kind, o.identity, o.classid, o.objid, 0, d.refclassid, d.refobjid, d.refobjsubid
FROM objects o
LEFT JOIN LATERAL (
  -- A sequence can belong to one column. All else belongs to a table.
  SELECT d.refclassid, d.refobjid, CASE WHEN o.kind = 'sequence' THEN d.refobjsubid ELSE 0 END AS refobjsubid
  FROM pg_catalog.pg_depend d
  WHERE d.classid = o.classid AND d.objid = o.objid
    AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'
  LIMIT 1
) AS d ON true
UNION ALL
SELECT 'column', identity, 'pg_catalog.pg_class'::regclass, relation, number, 'pg_catalog.pg_class'::regclass, relation, 0
FROM columns
UNION ALL
-- Lost where an object is made anew. Those of tables, columns and views are known.
SELECT 'comment of ' || o.kind, o.identity, d.tableoid, o.objid, o.classid::integer, o.classid, o.objid, 0
FROM objects o
JOIN pg_catalog.pg_description d ON d.classoid = o.classid AND d.objoid = o.objid AND d.objsubid = 0
WHERE o.kind IN ('index', 'table constraint', 'type')
UNION ALL
-- Lost with an index that is made anew.
SELECT kind || ' of table', identity, 'pg_catalog.pg_index'::regclass, t.oid, place, 'pg_catalog.pg_class'::regclass, t.oid, 0
FROM tables t
CROSS JOIN LATERAL (
  SELECT bool_or(i.indisreplident) AS has_identity, bool_or(i.indisclustered) AS is_clustered
  FROM pg_catalog.pg_index i
  WHERE i.indrelid = t.oid
) AS i
CROSS JOIN LATERAL (VALUES (1, 'replica identity', has_identity), (2, 'clustered index', is_clustered)) AS part (place, kind, is_there)
WHERE is_there
UNION ALL
-- Lost with a column that is made anew, some of it with another type.
SELECT kind || ' of column', identity, 'pg_catalog.pg_attribute'::regclass, relation, 10 * number + place, 'pg_catalog.pg_class'::regclass, relation, number
FROM columns c
JOIN pg_catalog.pg_type t ON t.oid = c.atttypid
CROSS JOIN LATERAL (
  VALUES
    (1, 'storage', c.attstorage <> t.typstorage),
    (2, 'compression', c.attcompression <> ''),
    (3, 'statistics target', coalesce(c.attstattarget, -1) <> -1),
    (4, 'options', c.attoptions IS NOT NULL),
    (5, 'grants', c.attacl IS NOT NULL)
) AS part (place, kind, is_there)
WHERE is_there
ORDER BY 1, 2
