/** `npm run bench`: takes the figures, prints them, and writes them to docs/figures.md between its marks. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { measureDispatch } from './dispatch.ts'
import { toTable } from './measure.ts'
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
const figures = [...(await measureStart()), ...(await measureDispatch())]
const platform = `Node ${process.version} on ${process.platform} ${process.arch}`
const table = `${toTable(figures)}\n\n${platform}; medians. Taken by \`npm run bench\`.`
console.log(table)
writeFileSync(page, withFigures(existsSync(page) ? readFileSync(page, 'utf8') : empty, table))
