/** Gathers what the fault suites report, and writes it to docs/figures.md when a whole run was asked to. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { machine } from '../../bench/measure.ts'
import { writeSection } from '../../scripts/figures-page.ts'

/** `suite, control: what was done` is a row; a control shows that the suite can fail. */
function toRow(line: string): string {
  const [suite = '', ...rest] = line.split(': ')
  return `| ${suite} | ${rest.join(': ').replaceAll('|', '\\|')} |`
}

/** Suites run side by side; the lines of one stay together, as they came. */
const suiteOf = (line: string) => line.split(/[:,]/)[0] ?? ''
const bySuite = (one: string, other: string) => suiteOf(one).localeCompare(suiteOf(other))

function toPage(lines: readonly string[], isNightly: boolean): string {
  const command = isNightly ? 'npm run faults -- --nightly' : 'npm run faults'
  const taken = `Taken on ${new Date().toISOString().slice(0, 10)} by \`${command}\` on ${machine(cpus(), totalmem())}. A seed repeats a run: \`ATLAS_SEED=… ${command}\`.`
  return ['', taken, '', '| suite | what was done, and found |', '| --- | --- |', ...lines.toSorted(bySuite).map(toRow), ''].join(
    '\n',
  )
}

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-tally-'))
  const file = join(folder, 'lines')
  process.env.ATLAS_TALLY = file
  return () => {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    rmSync(folder, { recursive: true, force: true })
    if (process.env.ATLAS_FIGURES === 'write') writeSection('faults', toPage(lines, process.env.ATLAS_FAULTS === 'nightly'))
  }
}
