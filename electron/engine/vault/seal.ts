/** Sealing with a passphrase: scrypt for the key, AES-256-GCM for the secret, bound to what it belongs to. */
import { createCipheriv, createDecipheriv, randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)
const cost = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 } as const

export interface Sealed {
  nonce: string
  tag: string
  text: string
}

export function newSalt(): string {
  return randomBytes(16).toString('base64')
}

export function deriveKey(passphrase: string, salt: string): Promise<Buffer> {
  return derive(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), 32, cost)
}

/** `bound` must be the same when it is opened: a sealed text moved elsewhere does not open there. */
export function seal(key: Buffer, secret: string, bound: string): Sealed {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(bound))
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return { nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64'), text: text.toString('base64') }
}

/** Undefined when the key is another, or the text was changed or moved. */
export function unseal(key: Buffer, sealed: Sealed, bound: string): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(sealed.nonce, 'base64'), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(bound)).setAuthTag(Buffer.from(sealed.tag, 'base64'))
    return Buffer.concat([decipher.update(Buffer.from(sealed.text, 'base64')), decipher.final()]).toString('utf8')
  } catch {
    // GCM says only that it does not fit, which is the answer; a nonce or tag of another length was changed as well.
    return undefined
  }
}
