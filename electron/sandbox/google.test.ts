/** Signing in at Google's stand-in as a browser would, and what the token is good for. */
import { hash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeCall } from '../kit/make-call.ts'
import { google } from '../providers/google/manifest.ts'
import { googleSandbox } from './google.ts'
import { createLedger } from './ledger.ts'
import { createSandboxServer } from './server.ts'

const ledger = createLedger(':memory:')
const server = createSandboxServer({ ledger, sandboxes: [googleSandbox], now: Date.now })
let url = ''
beforeAll(async () => {
  url = (await server.start()).url
})
afterAll(async () => {
  await server.stop()
  ledger.close()
})

function callWith(credential: Record<string, unknown>, stored: unknown[] = []) {
  return makeCall({
    provider: google,
    credential,
    settings: google.settings.parse({}) as unknown as Record<string, unknown>,
    endpoint: `${url}/google`,
    repeat: 'safe',
    key: 'job-1',
    signal: new AbortController().signal,
    rawFetch: (request) => fetch(request),
    now: Date.now,
    beforeEffect: async () => undefined,
    remember: async () => undefined,
    replaceCredential: async (renewed) => void stored.push(renewed),
    patchSettings: async () => undefined,
    conversations: async () => [],
  }).call as never
}

const { clientId, clientSecret } = googleSandbox.demoCredential
const redirectUri = 'http://127.0.0.1:40123'
const codeVerifier = 'a'.repeat(64)

async function signIn() {
  const call = callWith({ clientId, clientSecret })
  const start = { call, redirectUri, codeVerifier, state: 's1', codeChallenge: hash('sha256', codeVerifier, 'base64url') }
  const address = (await google.signIn?.authorizationUrl(start)) ?? ''
  const page = await (await fetch(address)).text()
  const link = /href="([^"]+)"/.exec(page)?.[1]?.replace(/&#38;/g, '&') ?? ''
  const code = new URL(link).searchParams.get('code') ?? ''
  return {
    address: new URL(address),
    link: new URL(link),
    signedIn: await google.signIn?.redeem({ call, redirectUri, codeVerifier, code }),
  }
}

test('a person signs in, and what comes of it works and can be renewed', async () => {
  const { address, link, signedIn } = await signIn()
  expect(address.pathname).toBe('/google/o/oauth2/v2/auth')
  expect(Object.fromEntries(address.searchParams)).toMatchObject({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: 'code',
    access_type: 'offline',
    prompt: 'consent',
    code_challenge_method: 'S256',
  })
  expect(link.searchParams.get('state')).toBe('s1')
  expect(signedIn?.account).toEqual({ id: '100000000000000000001', name: 'atlas@demo.example' })
  const credential = signedIn?.credential as Record<string, unknown>
  expect(await google.check.run(callWith(credential))).toMatchObject({ account: { name: 'atlas@demo.example' } })

  const stored: Record<string, unknown>[] = []
  await google.check.run(callWith({ ...credential, expiresAt: Date.now() - 1 }, stored))
  expect(stored[0]?.refreshToken).toBe(credential.refreshToken)
  expect(stored[0]?.accessToken).not.toBe(credential.accessToken)
})

test('after it was revoked the token is good for nothing', async () => {
  const { signedIn } = await signIn()
  const credential = { ...signedIn?.credential, expiresAt: Date.now() - 1 }
  await google.revoke?.(callWith(credential))
  await expect(google.check.run(callWith(credential))).rejects.toMatchObject({
    failure: { kind: 'unauthorized', code: 'invalid_grant' },
  })
})
