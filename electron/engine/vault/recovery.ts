/** The sealed recovery export: one text that opens with its passphrase on another machine. */
import { z } from 'zod'
import { failed } from '#shared/failure'
import { deriveKey, newSalt, seal, unseal } from './seal.ts'

const prefix = 'atlas-recovery-1.'
const Envelope = z.strictObject({ salt: z.string(), nonce: z.string(), tag: z.string(), text: z.string() })

export async function sealRecovery(content: unknown, passphrase: string): Promise<string> {
  const salt = newSalt()
  const sealed = seal(await deriveKey(passphrase, salt), JSON.stringify(content), prefix)
  return prefix + Buffer.from(JSON.stringify({ salt, ...sealed })).toString('base64url')
}

export async function openRecovery(text: string, passphrase: string): Promise<unknown> {
  const { salt, ...sealed } = parse(text.trim())
  const opened = unseal(await deriveKey(passphrase, salt), sealed, prefix)
  if (opened !== undefined) return JSON.parse(opened)
  throw failed('forbidden', 'The recovery export does not open with this passphrase.', {
    fields: [{ path: 'passphrase', message: 'does not open it' }],
  })
}

function parse(text: string): z.infer<typeof Envelope> {
  const unreadable = failed('invalid', 'This is not a recovery export of Atlas UX, or a part of it is missing.', {
    fields: [{ path: 'sealed', message: 'cannot be read' }],
  })
  if (!text.startsWith(prefix)) throw unreadable
  try {
    return Envelope.parse(JSON.parse(Buffer.from(text.slice(prefix.length), 'base64url').toString('utf8')))
  } catch {
    // Cut short or typed wrong; which of both nobody can tell.
    throw unreadable
  }
}
