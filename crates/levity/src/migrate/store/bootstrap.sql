-- `IF NOT EXISTS` would ask for the privilege to create a schema where that has been done for us.
DO $$
BEGIN
  IF to_regnamespace('levity') IS NULL THEN
    CREATE SCHEMA levity;
  END IF;
END
$$;

CREATE TABLE IF NOT EXISTS levity.history (
  project text NOT NULL,
  migration_id text NOT NULL,
  tag text NOT NULL,
  parents text[] NOT NULL,
  stage integer NOT NULL CHECK (stage >= 1),
  stages integer NOT NULL CHECK (stages >= 1),
  checksum text NOT NULL,
  stage_checksum text NOT NULL,
  builds_index text,
  started_at timestamptz NOT NULL,
  applied_at timestamptz,
  applied_by text NOT NULL,
  tool text NOT NULL,
  PRIMARY KEY (project, migration_id, stage)
);
COMMENT ON TABLE levity.history IS 'The stages of migrations that were applied to this database, by project. Written by levity; do not edit.';
COMMENT ON COLUMN levity.history.applied_at IS 'NULL: a stage outside a transaction was started, and is running or was interrupted.';

CREATE TABLE IF NOT EXISTS levity.marker (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  kind text NOT NULL,
  system_identifier text NOT NULL,
  database_oid oid NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT now(),
  marked_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE levity.marker IS 'What this database is for: disposable or production. It counts only on the server and in the database that it names.';
