import { expect, test } from 'vitest'
import { plainProfile } from '#shared/agent'
import { changesOf } from './agent-changes.ts'

const agent = { ...plainProfile, name: 'Kelly', role: 'Publishes on X' }

test('only what differs from what is stored is a change', () => {
  expect(changesOf(agent, {})).toEqual([])
  expect(changesOf(agent, { name: 'Kelly', role: 'Writes' })).toEqual(['role'])
  expect(changesOf(agent, { tools: [] })).toEqual([])
  expect(changesOf(agent, { tools: [{ tool: 'delegate', autonomy: 'auto', perDay: null }] })).toEqual(['tools'])
})
