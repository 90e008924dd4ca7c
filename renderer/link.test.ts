/** The link waits for a wire, serves what waited, comes back after a loss, and never pretends that a lost answer was a refusal. */
import { ORPCError } from '@orpc/client'
import { describe, expect, it, vi } from 'vitest'
import { AppError } from '#shared/failure'
import { createLink, type Wire } from './link.ts'
import type { LinkStatus } from './stores/link-state.ts'

type Context = Record<never, never>

function createWorld(first: 'signed_out' | 'open' = 'open') {
  const statuses: LinkStatus[] = []
  const wires: Array<{ close: () => void }> = []
  let signedIn = first === 'open'
  let answer: () => Promise<unknown> = async () => 'answer'
  const world = createLink<Context>({
    open: async () => {
      if (!signedIn) return 'signed_out'
      let close: () => void = () => undefined
      const closed = new Promise<void>((resolve) => {
        close = resolve
      })
      wires.push({ close })
      const wire: Wire<Context> = { link: { call: () => answer() }, closed }
      return wire
    },
    onStatus: (status) => statuses.push(status),
    pause: async () => undefined,
    patienceMs: 20,
  })
  return {
    ...world,
    statuses,
    wires,
    call: () => world.link.call(['system', 'health'], {}, { context: {} }),
    signIn: () => {
      signedIn = true
      world.reconnect()
    },
    answerWith: (next: () => Promise<unknown>) => {
      answer = next
    },
  }
}

describe('link', () => {
  it('serves a call that came before the wire was open', async () => {
    const world = createWorld()
    await expect(world.call()).resolves.toBe('answer')
    expect(world.statuses).toEqual(['open'])
  })

  it('builds a new wire after a loss', async () => {
    const world = createWorld()
    await world.call()
    world.wires[0]?.close()
    await vi.waitFor(() => expect(world.statuses).toEqual(['open', 'lost', 'open']))
    await expect(world.call()).resolves.toBe('answer')
  })

  it('stops and says so when a sign-in is wanted, and goes on after it', async () => {
    const world = createWorld('signed_out')
    await expect(world.call()).rejects.toMatchObject({ failure: { kind: 'unavailable' } })
    expect(world.statuses).toEqual(['signed_out'])
    world.signIn()
    await expect(world.call()).resolves.toBe('answer')
  })

  it('tells a lost answer as unknown and passes a refusal on', async () => {
    const world = createWorld()
    world.answerWith(async () => {
      throw new Error('[AsyncIdQueue] Queue was closed')
    })
    const lost = await world.call().catch((error: unknown) => error)
    expect(lost).toBeInstanceOf(AppError)
    expect(lost).toMatchObject({ failure: { kind: 'unknown' } })
    world.answerWith(async () => {
      throw new ORPCError('FORBIDDEN', { data: { kind: 'forbidden', message: 'no' } })
    })
    await expect(world.call()).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})
