/** Secrets of callers: 256 random bits each, kept only as digests. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

export function newSecret(prefix = ''): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`
}

export function digestOf(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/** Digests have one length, so neither it nor the first wrong byte can be measured. */
export function isSameSecret(given: string, wanted: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(given)), Buffer.from(digestOf(wanted)))
}
