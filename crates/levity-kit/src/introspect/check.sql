-- Check constraints. The expression is printed without the outer parentheses that belong to CHECK.
SELECT con.conrelid, con.conname::text, pg_catalog.pg_get_expr(con.conbin, con.conrelid), con.connoinherit
FROM pg_catalog.pg_constraint con
WHERE con.conrelid = ANY ($1)
  AND con.contype = 'c'
  AND con.convalidated
ORDER BY con.conrelid, con.conname
