/** Billing: events that were taken, and how far each source of them was asked. Times are integer ms UTC. */
export const billing = `
CREATE TABLE billing_events (
  tenant_id TEXT NOT NULL, provider TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, object_kind TEXT NOT NULL, object_id TEXT,
  at INTEGER NOT NULL, received_at INTEGER NOT NULL, via TEXT NOT NULL, state TEXT,
  PRIMARY KEY (tenant_id, provider, id)
) STRICT;
CREATE INDEX billing_events_latest ON billing_events (tenant_id, received_at DESC, id DESC);

CREATE TABLE billing_sources (
  tenant_id TEXT NOT NULL, provider TEXT NOT NULL, cursor INTEGER, polled_at INTEGER, webhook_at INTEGER, refused_at INTEGER, missed_since INTEGER,
  PRIMARY KEY (tenant_id, provider)
) STRICT;
`
