/** `npm run bench`: takes the figures, prints them, and writes them to docs/figures.md between its marks. */
import { cpus, totalmem } from 'node:os'
import { writeSection } from '../scripts/figures-page.ts'
import { measureAction } from './action.ts'
import { measureAudit } from './audit.ts'
import { measureContract } from './contract.ts'
import { type Figure, machine, type Reading, toTables } from './measure.ts'
import { measureQuestions } from './questions.ts'
import { measureScreen } from './screen.ts'
import { measureStart } from './start.ts'

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
  limits: () => fromPeers('limits', 'measureLimits'),
  audit: measureAudit,
  questions: measureQuestions,
  contract: measureContract,
  start: measureStart,
  action: measureAction,
  screen: measureScreen,
}
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !(name in areas))
if (unknown.length > 0) throw new Error(`There is no area ${unknown.join(', ')}; there are ${Object.keys(areas).join(', ')}.`)

const figures: Figure[] = []
const taken = `Taken on ${new Date().toISOString().slice(0, 10)} by \`npm run bench\` on ${machine(cpus(), totalmem())}.`
const page = () => `\n${taken} Medians of interleaved rounds after a warm-up.\n\n${toTables(figures)}\n`
for (const [name, measure] of Object.entries(areas)) {
  if (asked.length > 0 && !asked.includes(name)) continue
  console.error(`measuring ${name} …`)
  figures.push(...(await measure().catch((error: unknown) => [unmeasured(name, error)])))
  // After each area: a run that is interrupted leaves what it measured.
  if (asked.length === 0) writeSection('bench', page())
}
console.log(page())
