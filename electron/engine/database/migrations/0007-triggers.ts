/** Triggers of a tenant, the whole list as JSON; a tenant without a row has those of the start. */
export const triggers = `
CREATE TABLE tenant_triggers (tenant_id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`
