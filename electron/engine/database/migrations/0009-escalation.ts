/** Since when a notice is open, who has seen it, and whom it was told to. Times are integer ms UTC. */
export const escalation = `
ALTER TABLE notices ADD COLUMN opened_at INTEGER;
ALTER TABLE notices ADD COLUMN acknowledged_at INTEGER;
ALTER TABLE notices ADD COLUMN acknowledged_by TEXT;
UPDATE notices SET opened_at = at;

CREATE TABLE notice_tellings (
  notice_id TEXT NOT NULL, person TEXT NOT NULL, state TEXT NOT NULL, tenant_id TEXT NOT NULL, name TEXT NOT NULL, job_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (notice_id, person, state)
) STRICT;
CREATE INDEX notices_closed ON notices (closed_at) WHERE closed_at IS NOT NULL;
`
