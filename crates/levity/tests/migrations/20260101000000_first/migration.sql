-- The first of two.

CREATE TABLE t (id int);
