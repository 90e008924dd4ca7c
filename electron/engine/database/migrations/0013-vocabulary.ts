/**
 * The words of the log beside its word index, which is built anew by itself in the background.
 *
 * Why   the index reads every entry of a word's beginning before it answers, and those of whole words one by one: with its
 *       vocabulary known, a beginning is asked for as the whole words that it begins
 */
export const vocabulary = `
DROP TABLE audit_words;
CREATE VIRTUAL TABLE audit_words USING fts5 (words, content='', detail=none);
CREATE TABLE audit_vocabulary (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
DELETE FROM system_state WHERE key = 'audit_indexed_to';
`
