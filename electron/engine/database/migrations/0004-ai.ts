/** Use of models: one row a call, the month's spending, the policy. Amounts in nano-dollars (1,000,000,000 is one dollar). */
export const ai = `
CREATE TABLE ai_usage (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, at INTEGER NOT NULL, month TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
  task TEXT NOT NULL, agent TEXT, job_id TEXT, outcome TEXT NOT NULL, failure_kind TEXT, failure TEXT,
  input_tokens INTEGER, output_tokens INTEGER, cached_tokens INTEGER, estimated INTEGER NOT NULL DEFAULT 0,
  cost_nano INTEGER, reserved_nano INTEGER, first_token_ms INTEGER, latency_ms INTEGER
) STRICT;
CREATE INDEX ai_usage_at ON ai_usage (tenant_id, at);
CREATE INDEX ai_usage_provider ON ai_usage (tenant_id, provider, at DESC);
CREATE INDEX ai_usage_running ON ai_usage (at) WHERE outcome = 'running';

CREATE TABLE ai_months (
  tenant_id TEXT NOT NULL, month TEXT NOT NULL, spent_nano INTEGER NOT NULL DEFAULT 0, reserved_nano INTEGER NOT NULL DEFAULT 0,
  told_percent INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (tenant_id, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE ai_policies (tenant_id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`
