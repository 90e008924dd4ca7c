/** `npm run bench`: takes the figures, prints them, and writes them to docs/figures.md between its marks. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { type Figure, machine, type Reading, toTables } from './measure.ts'
import { measureStart } from './start.ts'

const root = resolve(import.meta.dirname, '..')
const page = join(root, 'docs', 'figures.md')
const marks = { from: '<!-- figures: npm run bench -->', to: '<!-- end of figures -->' }
const empty = `# Figures

Taken side by side in one run, so that the ratios can be compared; the milliseconds belong to the machine they were taken on.

${marks.from}
${marks.to}
`

function withFigures(text: string, table: string): string {
  const from = text.indexOf(marks.from)
  const to = text.indexOf(marks.to)
  if (from < 0 || to < from) throw new Error(`docs/figures.md must hold the marks "${marks.from}" and "${marks.to}"`)
  return `${text.slice(0, from + marks.from.length)}\n${table}\n${text.slice(to)}`
}

if (!existsSync(join(root, 'out', 'main', 'serve.js'))) throw new Error('There is no build: run "npm run build" first.')
/** An area that could not be measured says so in the table, and is missed. */
function unmeasured(area: string, error: unknown): Figure {
  console.error(error)
  const why = error instanceof Error ? error.message : String(error)
  const nothing: Reading = { name: 'not measured', value: Number.NaN, unit: 'ms' }
  return { area, title: 'not measured', ours: nothing, beside: [], bars: [], rounds: 0, note: why }
}

/** What imports a peer is loaded by name: the peers are installed for the figures alone. */
async function fromPeers(file: string, measure: string): Promise<Figure[]> {
  const module = (await import(new URL(`./peers/${file}.ts`, import.meta.url).href)) as Record<string, () => Promise<Figure[]>>
  return (await module[measure]?.()) ?? []
}

/** The areas by the word that asks for one alone: `npm run bench -- start`. */
const areas: Readonly<Record<string, () => Promise<Figure[]>>> = {
  enqueue: () => fromPeers('enqueue', 'measureEnqueue'),
  process: () => fromPeers('process', 'measureProcess'),
  pickup: () => fromPeers('pickup', 'measurePickup'),
  growth: () => fromPeers('growth', 'measureGrowth'),
  start: measureStart,
}
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in areas))
if (unknown.length > 0) throw new Error(`There is no area ${unknown.join(', ')}; there are ${Object.keys(areas).join(', ')}.`)

const figures: Figure[] = []
for (const [name, measure] of Object.entries(areas)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.error(`measuring ${name} …`)
  figures.push(...(await measure().catch((error: unknown) => [unmeasured(name, error)])))
}
const taken = `Taken on ${new Date().toISOString().slice(0, 10)} by \`npm run bench\` on ${machine(cpus(), totalmem())}.`
const tables = `\n${taken} Medians of interleaved rounds after a warm-up.\n\n${toTables(figures)}\n`
console.log(tables)
if (asked.length === 0) writeFileSync(page, withFigures(existsSync(page) ? readFileSync(page, 'utf8') : empty, tables))
