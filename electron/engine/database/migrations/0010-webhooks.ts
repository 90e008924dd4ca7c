/** Tokens that can do one thing: hand what happened elsewhere to one agent. */
export const webhooks = `
ALTER TABLE tokens ADD COLUMN agent TEXT;
`
