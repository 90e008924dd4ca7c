/**
 * Times of events by the span of their numbers: which thousand to look at, instead of an index with an entry for each event.
 *
 * Why   the index cost every append, and a wide range of time was read whole to find its ends
 */
export const spans = `
CREATE TABLE audit_spans (
  chain TEXT NOT NULL, span INTEGER NOT NULL, earliest INTEGER NOT NULL, latest INTEGER NOT NULL, PRIMARY KEY (chain, span)
) STRICT, WITHOUT ROWID;
INSERT INTO audit_spans SELECT chain, seq / 1024, min(at), max(at) FROM audit_events GROUP BY chain, seq / 1024;
DROP INDEX audit_events_at;
`
