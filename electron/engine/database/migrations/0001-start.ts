/** Everything the product stores, first version. Times are integer ms UTC; JSON columns are TEXT. */
export const start = `
CREATE TABLE tenants (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, demo INTEGER NOT NULL DEFAULT 0, created_at INTEGER NOT NULL, removed_at INTEGER
) STRICT;

CREATE TABLE tenant_settings (tenant_id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE agents (
  tenant_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, email TEXT, platform TEXT,
  PRIMARY KEY (tenant_id, id)
) STRICT;

CREATE TABLE connections (
  tenant_id TEXT NOT NULL, provider TEXT NOT NULL,
  credential_version INTEGER, credential_fields TEXT NOT NULL DEFAULT '[]', credential_updated_at INTEGER, fingerprint TEXT,
  settings TEXT NOT NULL DEFAULT '{}', account TEXT, unavailable TEXT NOT NULL DEFAULT '{}', scopes TEXT NOT NULL DEFAULT '[]',
  expires_at INTEGER, last_ok_at INTEGER, failure TEXT, failed_at INTEGER,
  PRIMARY KEY (tenant_id, provider)
) STRICT;

CREATE TABLE connection_proofs (
  id INTEGER PRIMARY KEY, tenant_id TEXT NOT NULL, provider TEXT NOT NULL, at INTEGER NOT NULL, ok INTEGER NOT NULL, call TEXT NOT NULL, failure TEXT
) STRICT;
CREATE INDEX connection_proofs_latest ON connection_proofs (tenant_id, provider, id DESC);

CREATE TABLE jobs (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, agent TEXT, provider TEXT,
  subject TEXT NOT NULL, input TEXT NOT NULL, key TEXT, priority INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0, max_attempts INTEGER NOT NULL, due_at INTEGER NOT NULL, run_at INTEGER NOT NULL,
  waiting_for TEXT, created_at INTEGER NOT NULL, started_at INTEGER, finished_at INTEGER, result TEXT, failure TEXT, failure_kind TEXT,
  progress TEXT, locked_by TEXT, locked_until INTEGER, generation INTEGER NOT NULL DEFAULT 0, crashes INTEGER NOT NULL DEFAULT 0,
  cancel_asked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX jobs_key ON jobs (tenant_id, key) WHERE key IS NOT NULL;
CREATE INDEX jobs_claim ON jobs (priority DESC, run_at, id) WHERE state = 'queued';
CREATE INDEX jobs_running ON jobs (locked_by, locked_until) WHERE state = 'running';
CREATE INDEX jobs_newest ON jobs (tenant_id, id DESC);
CREATE INDEX jobs_state ON jobs (tenant_id, state, id DESC);
CREATE INDEX jobs_kind ON jobs (tenant_id, kind, id DESC);
CREATE INDEX jobs_late ON jobs (due_at) WHERE state = 'queued' AND attempts = 0;

CREATE TABLE attempts (
  job_id TEXT NOT NULL, number INTEGER NOT NULL, tenant_id TEXT NOT NULL, provider TEXT, action TEXT, runner TEXT NOT NULL,
  due_at INTEGER NOT NULL, started_at INTEGER NOT NULL, sending_at INTEGER, finished_at INTEGER, outcome TEXT NOT NULL, failure TEXT,
  PRIMARY KEY (job_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_finished ON attempts (tenant_id, finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE job_counts (tenant_id TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (tenant_id, state)) STRICT, WITHOUT ROWID;
CREATE TRIGGER jobs_counted AFTER INSERT ON jobs BEGIN
  INSERT INTO job_counts VALUES (new.tenant_id, new.state, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER jobs_recounted AFTER UPDATE OF state ON jobs WHEN old.state <> new.state BEGIN
  UPDATE job_counts SET count = count - 1 WHERE tenant_id = old.tenant_id AND state = old.state;
  INSERT INTO job_counts VALUES (new.tenant_id, new.state, 1) ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER jobs_uncounted AFTER DELETE ON jobs BEGIN
  UPDATE job_counts SET count = count - 1 WHERE tenant_id = old.tenant_id AND state = old.state;
END;

CREATE TABLE schedules (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, input TEXT NOT NULL, agent TEXT,
  cron TEXT NOT NULL, time_zone TEXT NOT NULL, misfire TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0,
  next_run_at INTEGER, last_run_at INTEGER, missed TEXT, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX schedules_due ON schedules (next_run_at) WHERE paused = 0;

CREATE TABLE pauses (
  scope TEXT NOT NULL, tenant_id TEXT NOT NULL, target TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER, by TEXT NOT NULL,
  PRIMARY KEY (scope, tenant_id, target)
) STRICT;

CREATE TABLE limit_buckets (
  tenant_id TEXT NOT NULL, provider TEXT NOT NULL, bucket TEXT NOT NULL, tat REAL NOT NULL DEFAULT 0, held_until INTEGER, held_because TEXT,
  PRIMARY KEY (tenant_id, provider, bucket)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY, chain TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, actor_kind TEXT NOT NULL, actor_id TEXT NOT NULL,
  action TEXT NOT NULL, target_kind TEXT NOT NULL, target_id TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL,
  prev_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX audit_events_seq ON audit_events (chain, seq);
CREATE INDEX audit_events_action ON audit_events (chain, action, seq);
CREATE INDEX audit_events_actor ON audit_events (chain, actor_id, seq);
CREATE INDEX audit_events_outcome ON audit_events (chain, outcome, seq);
CREATE INDEX audit_events_target ON audit_events (chain, target_id, seq);
CREATE INDEX audit_events_at ON audit_events (chain, at, seq);
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

CREATE TABLE audit_heads (chain TEXT PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE audit_checkpoints (
  chain TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, key_id TEXT NOT NULL, public_key TEXT NOT NULL, signature TEXT NOT NULL,
  PRIMARY KEY (chain, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints BEGIN SELECT RAISE(ABORT, 'checkpoints are append-only'); END;

CREATE VIRTUAL TABLE audit_words USING fts5 (words, content='', detail=none);
CREATE TABLE audit_verifications (chain TEXT PRIMARY KEY, result TEXT NOT NULL) STRICT;

CREATE TABLE conversations (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, provider TEXT NOT NULL, external_id TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL,
  last_at INTEGER, last_text TEXT, UNIQUE (tenant_id, provider, external_id)
) STRICT;
CREATE TABLE messages (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, conversation_id TEXT NOT NULL, direction TEXT NOT NULL, at INTEGER NOT NULL, author TEXT NOT NULL,
  text TEXT NOT NULL, provider_message_id TEXT, job_id TEXT
) STRICT;
CREATE INDEX messages_latest ON messages (conversation_id, id DESC);
CREATE UNIQUE INDEX messages_once ON messages (conversation_id, provider_message_id) WHERE direction = 'in';
CREATE INDEX messages_job ON messages (job_id) WHERE job_id IS NOT NULL;
CREATE TABLE receive_cursors (tenant_id TEXT NOT NULL, provider TEXT NOT NULL, cursor TEXT NOT NULL, PRIMARY KEY (tenant_id, provider)) STRICT;

CREATE TABLE notices (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL, title TEXT NOT NULL, message TEXT NOT NULL, href TEXT NOT NULL,
  at INTEGER NOT NULL, count INTEGER NOT NULL DEFAULT 1, closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX notices_open ON notices (tenant_id, kind, cause) WHERE closed_at IS NULL;

CREATE TABLE tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_hash TEXT NOT NULL UNIQUE, tenant_id TEXT, created_at INTEGER NOT NULL, last_used_at INTEGER, removed_at INTEGER
) STRICT;
CREATE TABLE sign_in_codes (code_hash TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT;
CREATE TABLE sessions (secret_hash TEXT PRIMARY KEY, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;

CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until INTEGER NOT NULL) STRICT;
CREATE TABLE runners (
  id TEXT PRIMARY KEY, host TEXT NOT NULL, pid INTEGER NOT NULL, process_mark TEXT NOT NULL, started_at INTEGER NOT NULL, seen_at INTEGER NOT NULL
) STRICT;
CREATE TABLE system_state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`
