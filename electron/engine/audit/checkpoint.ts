/** A signed checkpoint: at this event the chain had this head. Pure but for the key it is handed. */
import { createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import canonicalize from 'canonicalize'

export interface Checkpoint {
  chain: string
  seq: number
  hash: string
  at: number
}

export interface SignedCheckpoint extends Checkpoint {
  keyId: string
  /** SPKI, base64. */
  publicKey: string
  signature: string
}

function bytesOf({ chain, seq, hash: head, at }: Checkpoint): Buffer {
  return Buffer.from(canonicalize({ v: 1, chain, seq, hash: head, at }) as string)
}

/** A new Ed25519 key pair, as PEM of its private half. */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
}

export function keyIdOf(publicKey: string): string {
  return hash('sha256', Buffer.from(publicKey, 'base64'), 'hex').slice(0, 16)
}

export function signCheckpoint(checkpoint: Checkpoint, privatePem: string): SignedCheckpoint {
  const publicKey = createPublicKey(privatePem).export({ type: 'spki', format: 'der' }).toString('base64')
  const signature = sign(null, bytesOf(checkpoint), privatePem).toString('base64')
  return { ...checkpoint, keyId: keyIdOf(publicKey), publicKey, signature }
}

export function isSignedRight(signed: SignedCheckpoint): boolean {
  if (keyIdOf(signed.publicKey) !== signed.keyId) return false
  const key = createPublicKey({ key: Buffer.from(signed.publicKey, 'base64'), format: 'der', type: 'spki' })
  return verify(null, bytesOf(signed), key, Buffer.from(signed.signature, 'base64'))
}
