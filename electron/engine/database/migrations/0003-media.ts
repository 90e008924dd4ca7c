/** Files held here for posts and uploads, and files lent out for a while. */
export const media = `
CREATE TABLE media_files (
  id TEXT PRIMARY KEY, tenant_id TEXT NOT NULL, purpose TEXT NOT NULL, sha256 TEXT NOT NULL, filename TEXT NOT NULL, content_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL, width INTEGER, height INTEGER, seconds REAL, alt TEXT,
  created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER, job_id TEXT
) STRICT;
CREATE INDEX media_files_newest ON media_files (tenant_id, purpose, id DESC);
CREATE INDEX media_files_content ON media_files (tenant_id, sha256);

CREATE TABLE lent_files (
  tenant_id TEXT NOT NULL, path TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (tenant_id, path)
) STRICT;
`
