/** A signed checkpoint: at this event the chain had this head. Pure but for the key it is handed. */
import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'

export interface Checkpoint {
  chain: string
  seq: number
  hash: string
  at: number
}

export const SignedCheckpoint = z.strictObject({
  chain: z.string(),
  seq: z.int(),
  hash: z.string(),
  at: z.int(),
  keyId: z.string(),
  /** SPKI, base64. */
  publicKey: z.string(),
  signature: z.string(),
})
export type SignedCheckpoint = z.infer<typeof SignedCheckpoint>

function bytesOf({ chain, seq, hash: head, at }: Checkpoint): Buffer {
  return Buffer.from(canonicalize({ v: 1, chain, seq, hash: head, at }) as string)
}

/** A new Ed25519 key pair, as PEM of its private half. */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

function keyIdOf(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 16)
}

function publicKeyOf(privatePem: string): string {
  return createPublicKey(privatePem).export({ type: 'spki', format: 'der' }).toString('base64')
}

/** The short name of a signing key. */
export function signingKeyId(privatePem: string): string {
  return keyIdOf(publicKeyOf(privatePem))
}

export function signCheckpoint(checkpoint: Checkpoint, privatePem: string): SignedCheckpoint {
  const publicKey = publicKeyOf(privatePem)
  const signature = sign(null, bytesOf(checkpoint), privatePem).toString('base64')
  return { ...checkpoint, keyId: keyIdOf(publicKey), publicKey, signature }
}

export function isSignedRight(signed: SignedCheckpoint): boolean {
  if (keyIdOf(signed.publicKey) !== signed.keyId) return false
  try {
    const key = createPublicKey({ key: Buffer.from(signed.publicKey, 'base64'), format: 'der', type: 'spki' })
    return verify(null, bytesOf(signed), key, Buffer.from(signed.signature, 'base64'))
  } catch {
    // What stands there is no key at all: not signed right is the answer.
    return false
  }
}
