-- Changes:
-- - create enum type `format`
-- - create table `authors`
-- - create table `categories`
-- - create index `categories_parent_id_idx` on table `categories`
-- - create table `books`
-- - create index `books_category_id_idx` on table `books`
-- - create index `books_lower_title_idx` on table `books`
-- - create index `books_keywords_idx` on table `books`
-- - create table `book_authors`
-- - create index `book_authors_author_id_idx` on table `book_authors`
-- - create table `shops`
-- - create table `stock`
-- - create index `stock_book_id_idx` on table `stock`
-- - create index `stock_low_idx` on table `stock`
-- - create table `sales`
-- - create index `sales_shop_id_book_id_idx` on table `sales`
-- - create index `sales_sold_at_id_idx` on table `sales`
-- - add foreign key `categories_parent_id_fkey` to table `categories`
-- - add foreign key `books_category_id_fkey` to table `books`
-- - add foreign key `book_authors_book_id_fkey` to table `book_authors`
-- - add foreign key `book_authors_author_id_fkey` to table `book_authors`
-- - add foreign key `stock_shop_id_fkey` to table `stock`
-- - add foreign key `stock_book_id_fkey` to table `stock`
-- - add foreign key `sales_shop_id_book_id_fkey` to table `sales`

CREATE TYPE "format" AS ENUM (
  'hardcover',
  'paperback',
  'ebook'
);
--> statement-breakpoint
CREATE TABLE "authors" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "name" text NOT NULL,
  "born" smallint,
  CONSTRAINT "authors_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "authors_name_key" UNIQUE ("name")
);
--> statement-breakpoint
CREATE TABLE "categories" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "name" text NOT NULL,
  "parent_id" bigint,
  CONSTRAINT "categories_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "categories_name_key" UNIQUE ("name")
);
--> statement-breakpoint
CREATE INDEX "categories_parent_id_idx" ON "categories" ("parent_id");
--> statement-breakpoint
CREATE TABLE "books" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "isbn" text NOT NULL,
  "title" text NOT NULL,
  "category_id" bigint NOT NULL,
  "format" "format" DEFAULT 'paperback' NOT NULL,
  "price" numeric(8,2) NOT NULL,
  "published_on" date,
  "keywords" text[] DEFAULT '{}' NOT NULL,
  CONSTRAINT "books_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "books_isbn_key" UNIQUE ("isbn"),
  CONSTRAINT "books_isbn_check" CHECK (isbn ~ '^[0-9]{13}$'),
  CONSTRAINT "books_price_check" CHECK (price >= 0)
);
--> statement-breakpoint
CREATE INDEX "books_category_id_idx" ON "books" ("category_id");
--> statement-breakpoint
CREATE INDEX "books_lower_title_idx" ON "books" ((lower(title)));
--> statement-breakpoint
CREATE INDEX "books_keywords_idx" ON "books" USING gin ("keywords");
--> statement-breakpoint
CREATE TABLE "book_authors" (
  "book_id" bigint NOT NULL,
  "author_id" bigint NOT NULL,
  "position" smallint NOT NULL,
  CONSTRAINT "book_authors_pkey" PRIMARY KEY ("book_id", "author_id"),
  CONSTRAINT "book_authors_book_id_position_key" UNIQUE ("book_id", "position"),
  CONSTRAINT "book_authors_position_check" CHECK (position > 0)
);
--> statement-breakpoint
CREATE INDEX "book_authors_author_id_idx" ON "book_authors" ("author_id");
--> statement-breakpoint
CREATE TABLE "shops" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "name" text NOT NULL,
  CONSTRAINT "shops_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "shops_name_key" UNIQUE ("name")
);
--> statement-breakpoint
CREATE TABLE "stock" (
  "shop_id" bigint NOT NULL,
  "book_id" bigint NOT NULL,
  "quantity" integer NOT NULL,
  "reorder_at" integer DEFAULT 1 NOT NULL,
  CONSTRAINT "stock_pkey" PRIMARY KEY ("shop_id", "book_id"),
  CONSTRAINT "stock_quantity_check" CHECK (quantity >= 0)
);
--> statement-breakpoint
CREATE INDEX "stock_book_id_idx" ON "stock" ("book_id");
--> statement-breakpoint
CREATE INDEX "stock_low_idx" ON "stock" ("shop_id") WHERE quantity <= reorder_at;
--> statement-breakpoint
CREATE TABLE "sales" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "shop_id" bigint NOT NULL,
  "book_id" bigint NOT NULL,
  "quantity" integer NOT NULL,
  "unit_price" numeric(8,2) NOT NULL,
  "sold_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "sales_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "sales_quantity_check" CHECK (quantity > 0)
);
--> statement-breakpoint
CREATE INDEX "sales_shop_id_book_id_idx" ON "sales" ("shop_id", "book_id");
--> statement-breakpoint
CREATE INDEX "sales_sold_at_id_idx" ON "sales" ("sold_at" DESC, "id" DESC);
--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_parent_id_fkey" FOREIGN KEY ("parent_id") REFERENCES "categories" ("id") ON DELETE RESTRICT;
--> statement-breakpoint
ALTER TABLE "books" ADD CONSTRAINT "books_category_id_fkey" FOREIGN KEY ("category_id") REFERENCES "categories" ("id");
--> statement-breakpoint
ALTER TABLE "book_authors" ADD CONSTRAINT "book_authors_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "books" ("id") ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE "book_authors" ADD CONSTRAINT "book_authors_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "authors" ("id") ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE "stock" ADD CONSTRAINT "stock_shop_id_fkey" FOREIGN KEY ("shop_id") REFERENCES "shops" ("id") ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE "stock" ADD CONSTRAINT "stock_book_id_fkey" FOREIGN KEY ("book_id") REFERENCES "books" ("id");
--> statement-breakpoint
ALTER TABLE "sales" ADD CONSTRAINT "sales_shop_id_book_id_fkey" FOREIGN KEY ("shop_id", "book_id") REFERENCES "stock" ("shop_id", "book_id");
