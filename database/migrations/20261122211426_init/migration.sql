-- Changes:
-- - create enum type `execution_status`
-- - create enum type `step_status`
-- - create table `workflows`
-- - create table `executions`
-- - create index `executions_workflow_id_idx` on table `executions`
-- - create index `executions_status_idx` on table `executions`
-- - create index `executions_user_id_idx` on table `executions`
-- - create index `executions_started_at_idx` on table `executions`
-- - create table `execution_steps`
-- - create index `execution_steps_execution_id_idx` on table `execution_steps`
-- - create index `execution_steps_node_id_idx` on table `execution_steps`
-- - create index `execution_steps_status_idx` on table `execution_steps`
-- - add foreign key `executions_workflow_id_fkey` to table `executions`
-- - add foreign key `execution_steps_execution_id_fkey` to table `execution_steps`

CREATE TYPE "execution_status" AS ENUM (
  'pending',
  'running',
  'paused',
  'completed',
  'failed',
  'cancelled'
);
--> statement-breakpoint
CREATE TYPE "step_status" AS ENUM (
  'pending',
  'running',
  'completed',
  'failed',
  'skipped'
);
--> statement-breakpoint
CREATE TABLE "workflows" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "name" text NOT NULL,
  "description" text,
  "nodes" jsonb DEFAULT '[]' NOT NULL,
  "edges" jsonb DEFAULT '[]' NOT NULL,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "workflows_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE TABLE "executions" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "workflow_id" bigint NOT NULL,
  "user_id" text,
  "status" "execution_status" DEFAULT 'pending' NOT NULL,
  "data" jsonb DEFAULT '{}' NOT NULL,
  "error" text,
  "started_at" timestamp with time zone,
  "completed_at" timestamp with time zone,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "executions_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE INDEX "executions_workflow_id_idx" ON "executions" ("workflow_id");
--> statement-breakpoint
CREATE INDEX "executions_status_idx" ON "executions" ("status");
--> statement-breakpoint
CREATE INDEX "executions_user_id_idx" ON "executions" ("user_id");
--> statement-breakpoint
CREATE INDEX "executions_started_at_idx" ON "executions" ("started_at");
--> statement-breakpoint
CREATE TABLE "execution_steps" (
  "id" bigint GENERATED ALWAYS AS IDENTITY,
  "execution_id" bigint NOT NULL,
  "node_id" text NOT NULL,
  "status" "step_status" DEFAULT 'pending' NOT NULL,
  "input" jsonb,
  "output" jsonb,
  "validation" jsonb,
  "error" text,
  "retry_count" integer DEFAULT 0 NOT NULL,
  "max_retries" integer DEFAULT 3 NOT NULL,
  "next_retry_at" timestamp with time zone,
  "started_at" timestamp with time zone,
  "completed_at" timestamp with time zone,
  "created_at" timestamp with time zone DEFAULT now() NOT NULL,
  "updated_at" timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT "execution_steps_pkey" PRIMARY KEY ("id")
);
--> statement-breakpoint
CREATE INDEX "execution_steps_execution_id_idx" ON "execution_steps" ("execution_id");
--> statement-breakpoint
CREATE INDEX "execution_steps_node_id_idx" ON "execution_steps" ("node_id");
--> statement-breakpoint
CREATE INDEX "execution_steps_status_idx" ON "execution_steps" ("status");
--> statement-breakpoint
ALTER TABLE "executions" ADD CONSTRAINT "executions_workflow_id_fkey" FOREIGN KEY ("workflow_id") REFERENCES "workflows" ("id") ON DELETE CASCADE;
--> statement-breakpoint
ALTER TABLE "execution_steps" ADD CONSTRAINT "execution_steps_execution_id_fkey" FOREIGN KEY ("execution_id") REFERENCES "executions" ("id") ON DELETE CASCADE;
