-- Changes:
-- - add column `books.language`
-- - create index `books_language_idx` on table `books`
-- - add check constraint `books_language_check` to table `books`
--
-- Hazards:
-- - fails-on-existing-rows: add check constraint `books_language_check` to table `books`: a row that
--   violates the condition stops the migration. Safer: look for such rows before, and correct them.
-- - breaks-running-code: add check constraint `books_language_check` to table `books`: code that
--   writes such rows fails. Safer: deploy code that writes none first.

--> stage lock_timeout=3s
ALTER TABLE "books" ADD COLUMN "language" text DEFAULT 'en' NOT NULL;

--> stage transaction=off index=books_language_idx
CREATE INDEX CONCURRENTLY "books_language_idx" ON "books" ("language");

--> stage lock_timeout=3s
ALTER TABLE "books" ADD CONSTRAINT "books_language_check" CHECK (language ~ '^[a-z]{2,3}$') NOT VALID;

--> stage
ALTER TABLE "books" VALIDATE CONSTRAINT "books_language_check";
