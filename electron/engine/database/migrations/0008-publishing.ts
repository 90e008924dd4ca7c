/** Campaigns (one text, several posts), the weekly slots of agents, and the order in which a calendar reads posts. */
export const publishing = `
CREATE TABLE campaigns (
  id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL,
  key TEXT,
  digest TEXT NOT NULL,
  title TEXT NOT NULL,
  source TEXT NOT NULL,
  time_zone TEXT,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX campaigns_key ON campaigns (tenant_id, key) WHERE key IS NOT NULL;
CREATE INDEX campaigns_newest ON campaigns (tenant_id, id DESC);

CREATE TABLE campaign_posts (
  job_id TEXT PRIMARY KEY,
  campaign_id TEXT NOT NULL,
  tenant_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  platform TEXT NOT NULL
) STRICT;
CREATE INDEX campaign_posts_of ON campaign_posts (campaign_id, number);

CREATE TABLE post_slots (
  tenant_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  slots TEXT NOT NULL,
  PRIMARY KEY (tenant_id, agent)
) STRICT;

CREATE INDEX jobs_calendar ON jobs (tenant_id, coalesce(finished_at, run_at)) WHERE kind = 'SOCIAL_POST';
CREATE INDEX jobs_slots ON jobs (tenant_id, agent, due_at) WHERE kind = 'SOCIAL_POST';
`
