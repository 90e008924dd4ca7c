import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { fitToDisplays, readDesktopState, writeDesktopState } from './window-state.ts'

const folder = mkdtempSync(join(tmpdir(), 'atlas-window-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const screen = { x: 0, y: 0, width: 1_920, height: 1_040 }
const left = { x: -1_280, y: 0, width: 1_280, height: 1_024 }

test('what was written is read again, by its owner alone', () => {
  const path = join(folder, 'deep', 'desktop.json')
  const state = { bounds: { x: 10, y: 20, width: 1_000, height: 700 }, maximized: true, onClose: 'keep' } as const
  writeDesktopState(path, state)
  expect(readDesktopState(path)).toEqual(state)
  expect(readdirSync(join(folder, 'deep'))).toEqual(['desktop.json'])
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

test.each([
  '',
  'null',
  '{"bounds":{"x":0}}',
  '{"bounds":{"x":0,"y":0,"width":1e9,"height":5}}',
  '{"onClose":"delete"}',
  '{"bounds":',
])('a damaged file (%j) is a first start', (text) => {
  const path = join(folder, 'damaged.json')
  writeFileSync(path, text)
  expect(readDesktopState(path)).toEqual({})
})

test('a missing file is a first start', () => {
  expect(readDesktopState(join(folder, 'missing.json'))).toEqual({})
})

test('the window comes back where a display still shows it', () => {
  const bounds = { x: -1_000, y: 50, width: 1_000, height: 700 }
  expect(fitToDisplays(bounds, [screen, left])).toEqual(bounds)
  expect(fitToDisplays(bounds, [screen])).toEqual({ width: 1_320, height: 860 })
  expect(fitToDisplays(undefined, [screen])).toEqual({ width: 1_320, height: 860 })
})

test('a window whose title bar cannot be reached is not put there', () => {
  expect(fitToDisplays({ x: 1_900, y: 10, width: 1_000, height: 700 }, [screen])).not.toHaveProperty('x')
  expect(fitToDisplays({ x: 10, y: -30, width: 1_000, height: 700 }, [screen])).not.toHaveProperty('x')
  expect(fitToDisplays({ x: 10, y: 1_020, width: 1_000, height: 700 }, [screen])).not.toHaveProperty('x')
})

test('a window larger than its display is made to fit, and never too small to use', () => {
  expect(fitToDisplays({ x: 0, y: 0, width: 5_000, height: 4_000 }, [screen])).toEqual({
    x: 0,
    y: 0,
    width: 1_920,
    height: 1_040,
  })
  expect(fitToDisplays({ x: 0, y: 0, width: 300, height: 200 }, [screen])).toEqual({ x: 0, y: 0, width: 960, height: 600 })
})
