-- Everything that a database holds, by what it is and where: without the objects of PostgreSQL itself (their numbers are
-- smaller), those of extensions, and those that are a part of another object. `owner` is the table, or the column of a
-- table, that an object goes with.
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
),
columns AS (
  SELECT
    a.attrelid AS relation,
    a.attnum::integer AS number,
    pg_catalog.format('%s.%I', o.identity, a.attname) AS identity,
    a.attcollation <> t.typcollation AS is_collated,
    s.seqrelid IS NOT NULL AS has_options
  FROM objects o
  JOIN pg_catalog.pg_class c
    ON o.classid = 'pg_catalog.pg_class'::regclass AND c.oid = o.objid AND c.relkind = 'r'
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_depend d
    ON a.attidentity <> '' AND d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
    AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'i'
  LEFT JOIN pg_catalog.pg_sequence s
    ON s.seqrelid = d.objid
    AND (s.seqstart <> 1 OR s.seqincrement <> 1 OR s.seqmin <> 1 OR s.seqcycle OR s.seqcache <> 1)
)
SELECT o.kind, o.identity, o.classid, o.objid, 0, d.refobjid, d.refobjsubid
FROM objects o
LEFT JOIN LATERAL (
  -- A sequence can belong to one column. All else belongs to a table.
  SELECT d.refobjid, CASE WHEN o.kind = 'sequence' THEN d.refobjsubid ELSE 0 END AS refobjsubid
  FROM pg_catalog.pg_depend d
  WHERE d.classid = o.classid AND d.objid = o.objid
    AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'
  LIMIT 1
) AS d ON true
UNION ALL
SELECT 'column', identity, 'pg_catalog.pg_class'::regclass, relation, number, relation, 0 FROM columns
UNION ALL
SELECT 'collation of column', identity, 0, relation, number, relation, number FROM columns WHERE is_collated
UNION ALL
SELECT 'options of identity column', identity, 1, relation, number, relation, number FROM columns WHERE has_options
ORDER BY 1, 2
