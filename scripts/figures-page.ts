/** docs/figures.md: each command that takes figures writes between its own marks, and leaves the rest as it is. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const page = resolve(import.meta.dirname, '../docs/figures.md')
const sections = {
  bench: { from: '<!-- figures: npm run bench -->', to: '<!-- end of figures -->' },
  faults: { from: '<!-- figures: npm run faults -->', to: '<!-- end of faults -->' },
} as const

/** Puts a section's Markdown between its marks. */
export function writeSection(section: keyof typeof sections, text: string): void {
  const { from, to } = sections[section]
  const before = existsSync(page) ? readFileSync(page, 'utf8') : ''
  const begins = before.indexOf(from)
  const ends = before.indexOf(to)
  if (begins < 0 || ends < begins) throw new Error(`docs/figures.md must hold the marks "${from}" and "${to}"`)
  writeFileSync(page, `${before.slice(0, begins + from.length)}\n${text}\n${before.slice(ends)}`)
}
