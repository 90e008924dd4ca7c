/** Where the window was, kept in a JSON file and put back only where a display still shows it. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const Bounds = z.object({ x: z.int(), y: z.int(), width: z.int().min(200).max(20_000), height: z.int().min(150).max(20_000) })
/** A rectangle on the desktop, in density-independent pixels. */
export type Bounds = z.infer<typeof Bounds>

/** What the desktop remembers between starts. `onClose` is unset until the operator was asked. */
const DesktopState = z.object({
  bounds: Bounds.optional(),
  maximized: z.boolean().optional(),
  onClose: z.enum(['keep', 'quit']).optional(),
})
export type DesktopState = z.infer<typeof DesktopState>

export const smallestWindow = { width: 960, height: 600 }
const firstWindow = { width: 1_320, height: 860 }
/** So much of the title bar must be visible that a person can take hold of it. */
const grip = { width: 120, height: 40 }

/** Reads the state; a missing or damaged file is a first start. */
export function readDesktopState(path: string): DesktopState {
  try {
    const parsed = DesktopState.safeParse(JSON.parse(readFileSync(path, 'utf8')))
    return parsed.success ? parsed.data : {}
  } catch {
    // Nothing of value is lost: the window opens where a new one would.
    return {}
  }
}

/** Writes the state so that a crash leaves the old one or the new one. */
export function writeDesktopState(path: string, state: DesktopState): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const beside = `${path}.new`
  writeFileSync(beside, JSON.stringify(state), { mode: 0o600 })
  renameSync(beside, path)
}

/** The kept rectangle if a display still shows its title bar; else a first size without a place, which centres it. */
export function fitToDisplays(
  bounds: Bounds | undefined,
  workAreas: readonly Bounds[],
): { width: number; height: number; x?: number; y?: number } {
  const area = bounds && workAreas.find((each) => showsGrip(bounds, each))
  if (!bounds || !area) return { ...firstWindow }
  return {
    x: bounds.x,
    y: bounds.y,
    width: Math.max(smallestWindow.width, Math.min(bounds.width, area.width)),
    height: Math.max(smallestWindow.height, Math.min(bounds.height, area.height)),
  }
}

function showsGrip(bounds: Bounds, area: Bounds): boolean {
  const overlap = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
  return overlap >= grip.width && bounds.y >= area.y && bounds.y + grip.height <= area.y + area.height
}
