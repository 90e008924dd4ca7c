/** One registry: no two commands share a key, and what makes no sense now is not offered. */
import { describe, expect, it, vi } from 'vitest'
import { type CommandWorld, toCommands, toKeyWords } from './commands.ts'

const demo = { id: 'demo', name: 'Demo', demo: true, createdAt: '2026-01-02T12:00:00Z' }
const real = { id: 'acme', name: 'Acme', demo: false, createdAt: '2026-01-02T12:00:00Z' }

function world(tenant: typeof demo): CommandWorld {
  return {
    go: vi.fn(),
    tenants: [demo, real],
    tenant,
    switchTenant: vi.fn(),
    openPalette: vi.fn(),
    showKeys: vi.fn(),
    newTenant: vi.fn(),
    toggleSidebar: vi.fn(),
    setScheme: vi.fn(),
    focusFilter: vi.fn(),
  }
}

describe('commands', () => {
  it('gives every key to one command', () => {
    const keys = toCommands(world(demo)).flatMap(({ keys }) => keys ?? [])
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('offers the sandbox to a demo tenant alone', () => {
    const titles = (tenant: typeof demo) => toCommands(world(tenant)).map(({ title }) => title)
    expect(titles(demo)).toContain('Sandbox')
    expect(titles(real)).not.toContain('Sandbox')
  })

  it('switches to the tenant it names', () => {
    const here = world(demo)
    toCommands(here)
      .find(({ keys }) => keys === '$mod+2')
      ?.run()
    expect(here.switchTenant).toHaveBeenCalledWith('acme')
  })

  it('writes keys as people read them', () => {
    expect(toKeyWords('$mod+k', false)).toBe('Ctrl K')
    expect(toKeyWords('g i', true)).toBe('G then I')
    expect(toKeyWords('[Shift]+?', false)).toBe('?')
  })
})
