/** Cases of providers' reviews: what a tenant said of them. Times are integer ms UTC; JSON columns are TEXT. */
export const verification = `
CREATE TABLE review_cases (
  tenant_id TEXT NOT NULL, provider TEXT NOT NULL, stage TEXT, submitted_at INTEGER, next_look_at INTEGER,
  history TEXT NOT NULL DEFAULT '[]', checklist TEXT NOT NULL DEFAULT '{}', notes TEXT NOT NULL DEFAULT '', links TEXT NOT NULL DEFAULT '[]',
  PRIMARY KEY (tenant_id, provider)
) STRICT;
CREATE INDEX jobs_parked ON jobs (tenant_id, provider, reason) WHERE state = 'waiting';
`
