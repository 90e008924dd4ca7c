/** The lists of providers and stand-ins against their folders: a forgotten room is a failed test, not a missing feature. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { jobKinds } from '#shared/job-kinds'
import type { AnyProvider } from '../../electron/kit/define.ts'
import { fieldsOf } from '../../electron/kit/manifest.ts'
import { catalog } from '../../electron/providers/catalog.ts'
import { sandboxes } from '../../electron/sandbox/catalog.ts'
import { read, root } from './sources.ts'

const providers = Object.entries(catalog)
const actions = providers.flatMap(([id, provider]) =>
  Object.entries(provider.actions).map(([action, entry]) => ({ name: `${id}.${action}`, provider, entry })),
)

function roomsOf(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || (entry.name.endsWith('.ts') && !/\.test\.ts$|^catalog\.ts$/.test(entry.name)))
    .map(({ name }) => name.replace(/\.ts$/, ''))
    .sort()
}

test('the catalogue lists exactly the rooms of its folder, each under its own id', () => {
  expect(Object.keys(catalog).sort()).toEqual(roomsOf('electron/providers'))
  for (const [id, provider] of providers) expect(provider.id).toBe(id)
})

test('every provider has a stand-in, and every stand-in a provider', () => {
  expect(Object.keys(sandboxes).sort()).toEqual(Object.keys(catalog).sort())
  for (const [id, sandbox] of Object.entries(sandboxes)) expect(sandbox.provider).toBe(id)
})

test('every file that defines a stand-in is on the list', () => {
  const defining = readdirSync(join(root, 'electron/sandbox'))
    .filter((name) => name.endsWith('.ts') && /export const \w+: Sandbox = /.test(read(`electron/sandbox/${name}`)))
    .map((name) => name.replace(/\.ts$/, ''))
  expect(defining.sort()).toEqual(Object.keys(sandboxes).sort())
})

test.each(Object.values(sandboxes))('the demo credential and settings of $provider fit its own forms', (sandbox) => {
  const provider = catalog[sandbox.provider as keyof typeof catalog]
  expect(provider.credential.safeParse(sandbox.demoCredential).error).toBeUndefined()
  expect(provider.settings.safeParse(sandbox.demoSettings).error).toBeUndefined()
})

test.each(providers.map(([id, provider]) => ({ id, provider })))('$id can be drawn and set up', ({ provider }) => {
  const credential = fieldsOf(provider.credential)
  // Where people do everything by hand there is nobody to prove oneself to.
  const byHand = Object.values(provider.actions as AnyProvider['actions']).every(({ assist }) => assist !== undefined)
  expect(credential.some(({ secret }) => secret)).toBe(!byHand)
  expect(fieldsOf(provider.settings).some(({ name }) => name === 'endpoint')).toBe(!byHand)
  expect(Object.keys(provider.endpoints).length > 0).toBe(!byHand)
  expect(fieldsOf(provider.settings).filter(({ secret }) => secret)).toEqual([])
  for (const link of [provider.docs, ...provider.limits.map(({ source }) => source)]) expect(link).toMatch(/^https:\/\//)
  expect(provider.setup.length).toBeGreaterThan(0)
  for (const { count, perMs } of provider.limits) expect(Math.min(count, perMs)).toBeGreaterThan(0)
})

test.each(actions)('$name says what it does, where that is written, and how it may be repeated', ({ entry }) => {
  expect(entry.title).not.toBe('')
  expect(entry.effect).toMatch(/\.$/)
  expect(entry.source).toMatch(/^https:\/\//)
  if (entry.repeat === 'unsafe') expect(entry.lookup, 'a doubtful send needs a place to look').toBeTruthy()
})

test('what a provider serves is a job kind and an action of its own', () => {
  for (const [id, provider] of providers) {
    for (const [kind, action] of Object.entries(provider.serves)) {
      expect(Object.keys(jobKinds), id).toContain(kind)
      expect(Object.keys(provider.actions), id).toContain(action)
    }
  }
})

/** `ACTION_RUN` names its action, `SOCIAL_POST` goes by platform, `AGENT_RUN` is the engine's own. */
const byOtherMeans = new Set(['ACTION_RUN', 'SOCIAL_POST', 'AGENT_RUN'])

test('every job kind of this build is served', () => {
  const served = new Set(providers.flatMap(([, provider]) => Object.keys(provider.serves)))
  expect(Object.keys(jobKinds).filter((kind) => !byOtherMeans.has(kind) && !served.has(kind))).toEqual([])
})
