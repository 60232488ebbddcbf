CREATE SCHEMA levity;
CREATE TABLE levity.history (id bigint);
CREATE EXTENSION pg_trgm;
CREATE TYPE pair AS (a integer, b integer);
CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE TYPE span AS RANGE (subtype = float8);
CREATE SEQUENCE numbers;
CREATE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE SCHEMA others;
CREATE COLLATION others.words FROM "C";
CREATE COLLATION words FROM "C";
CREATE TYPE mood AS ENUM ('good');
CREATE TABLE plain (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY,
  word text COLLATE others.words,
  name text COLLATE "C",
  size positive,
  twice integer GENERATED ALWAYS AS (2 * 3) STORED,
  number serial,
  during int4range
);
ALTER TABLE plain ADD CONSTRAINT later CHECK (size < 10) NOT VALID;
CREATE INDEX half_built ON plain (name);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_built'::regclass;
CREATE INDEX similar_names ON plain USING gin (name gin_trgm_ops);
CREATE TRIGGER touched BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION touch();
CREATE RULE ignore AS ON DELETE TO plain DO INSTEAD NOTHING;
CREATE POLICY own ON plain;
ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
CREATE STATISTICS related ON name, size FROM plain;
CREATE UNLOGGED TABLE cache (id bigint) WITH (fillfactor = 70);
CREATE VIEW names AS SELECT name FROM plain;
CREATE RULE nothing AS ON INSERT TO names DO INSTEAD NOTHING;
CREATE TRIGGER touched BEFORE UPDATE ON names FOR EACH STATEMENT EXECUTE FUNCTION touch();
ALTER VIEW names ALTER COLUMN name SET DEFAULT 'x';
CREATE MATERIALIZED VIEW sizes WITH (fillfactor = 70) AS SELECT size FROM plain;
CREATE INDEX packed_sizes ON sizes (size) WITH (fillfactor = 50);
CREATE TABLE parts (id bigint) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (10) TO (20) PARTITION BY HASH (id);
CREATE TABLE parts_2_0 PARTITION OF parts_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE TABLE others.parts_3 PARTITION OF parts FOR VALUES FROM (20) TO (30);
CREATE TRIGGER touched BEFORE UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION touch();
CREATE INDEX parts_id_idx ON parts (id);
CREATE INDEX incomplete ON ONLY parts (id);
ALTER TABLE ONLY parts ADD CONSTRAINT incomplete_key UNIQUE (id);
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
ALTER TABLE parts_1 ALTER id SET STATISTICS 500, ENABLE ROW LEVEL SECURITY;
COMMENT ON INDEX parts_id_idx IS 'an index';
COMMENT ON INDEX parts_1_id_idx IS 'its own';
CREATE TABLE parent (id bigint);
CREATE TABLE child () INHERITS (parent);
ALTER TABLE plain ALTER word SET STORAGE EXTERNAL, ALTER word SET COMPRESSION pglz, ALTER word SET STATISTICS 500;
ALTER TABLE plain ALTER word SET (n_distinct = 5), REPLICA IDENTITY FULL;
COMMENT ON TYPE mood IS 'a type';
COMMENT ON INDEX similar_names IS 'an index';
COMMENT ON CONSTRAINT plain_pkey ON plain IS 'a key';
COMMENT ON TABLE plain IS 'a table';
COMMENT ON VIEW names IS 'a view';
COMMENT ON COLUMN names.name IS 'of a view';
COMMENT ON MATERIALIZED VIEW sizes IS 'a materialized view';
ALTER TABLE plain CLUSTER ON plain_pkey;
GRANT SELECT ON plain, names, sizes TO PUBLIC;
GRANT UPDATE (word) ON plain TO PUBLIC;
GRANT USAGE ON SEQUENCE numbers TO PUBLIC;
REVOKE ALL ON FUNCTION one() FROM PUBLIC;
REVOKE ALL ON TYPE mood FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO PUBLIC;
