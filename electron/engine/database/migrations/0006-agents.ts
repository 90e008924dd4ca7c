/** Agents with profiles, their runs step by step, approvals, and what a day of an agent has cost. Times are integer ms UTC, amounts nano-dollars. */
export const agents = `
ALTER TABLE agents ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';
ALTER TABLE agents ADD COLUMN removed_at INTEGER;

CREATE TABLE runs (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, agent TEXT NOT NULL, source_kind TEXT NOT NULL, source_by TEXT NOT NULL, parent_run TEXT,
  depth INTEGER NOT NULL, instruction TEXT NOT NULL, outside INTEGER NOT NULL, profile TEXT NOT NULL, outcome TEXT, told TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_latest ON runs (tenant_id, id DESC);
CREATE INDEX runs_of_agent ON runs (tenant_id, agent, id DESC);
CREATE INDEX runs_of_parent ON runs (parent_run) WHERE parent_run IS NOT NULL;

CREATE TABLE run_steps (
  run_id TEXT NOT NULL, number INTEGER NOT NULL, tenant_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, title TEXT NOT NULL,
  tool TEXT, call_id TEXT, input TEXT, output TEXT, outside INTEGER NOT NULL, job_id TEXT, provider TEXT, model TEXT, reasons TEXT,
  input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost_nano INTEGER, unknown_cost INTEGER NOT NULL, failure TEXT,
  started_at INTEGER NOT NULL, ended_at INTEGER,
  PRIMARY KEY (run_id, number)
) STRICT;
CREATE INDEX run_steps_of_job ON run_steps (job_id) WHERE job_id IS NOT NULL;

CREATE TABLE approvals (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, agent TEXT, run_id TEXT, step INTEGER, job_id TEXT NOT NULL UNIQUE, tool TEXT,
  kind TEXT NOT NULL, effect TEXT NOT NULL, why TEXT NOT NULL, risk TEXT NOT NULL, payload TEXT NOT NULL, hash TEXT NOT NULL, original TEXT,
  cost_micro INTEGER, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, state TEXT NOT NULL, decided_by TEXT, decided_via TEXT,
  decided_at INTEGER, note TEXT
) STRICT;
CREATE INDEX approvals_latest ON approvals (tenant_id, state, id);
CREATE INDEX approvals_of_run ON approvals (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX approvals_expiring ON approvals (expires_at) WHERE state = 'pending';

CREATE TABLE agent_days (
  tenant_id TEXT NOT NULL, agent TEXT NOT NULL, day TEXT NOT NULL, runs INTEGER NOT NULL, spent_nano INTEGER NOT NULL,
  reserved_nano INTEGER NOT NULL, told_percent INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, agent, day)
) STRICT;

CREATE TABLE agent_uses (
  tenant_id TEXT NOT NULL, agent TEXT NOT NULL, day TEXT NOT NULL, tool TEXT NOT NULL, uses INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, agent, day, tool)
) STRICT;
`
