/** `npm test`: all of its own set-up, then every suite, and one closing line summed from the runners' own reports. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuild, ensureDependencies, ensureSystemPackages, environment, node, root } from './setup.mjs'

const reports = mkdtempSync(join(tmpdir(), 'atlas-reports-'))

function start(title, args, env = {}) {
  console.log(`\n— ${title}`)
  const begunAt = Date.now()
  const done = spawnSync(node, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: environment(env) })
  console.log(`— ${title}: ${Math.round((Date.now() - begunAt) / 1_000)} s, exit ${done.status}`)
  return done.status === 0
}

const tool = (name) => join(root, 'node_modules', ...name.split('/'))

/** What failed, named again at the end: the last screen of a long log is the one that is read. */
const told = []

function tell(suite, name, message) {
  told.push(`${suite}: ${name}\n    ${message.trim().split('\n').slice(0, 4).join('\n    ')}`)
}

/** Counts of a Vitest run, from its JSON report; an error that belongs to no test fails it too. */
function vitest(title, args) {
  const report = join(reports, `${title}.json`)
  const unhandled = join(reports, `${title}.unhandled`)
  const own = ['--reporter=default', '--reporter=json', `--reporter=${join(root, 'scripts', 'unhandled-reporter.mjs')}`]
  const ok = start(title, [tool('vitest/vitest.mjs'), 'run', ...own, `--outputFile.json=${report}`, ...args], {
    ATLAS_UNHANDLED: unhandled,
  })
  const { numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: broken, testResults = [] } = read(report)
  for (const { name, status, message, assertionResults } of testResults) {
    const wrong = assertionResults.filter((one) => one.status === 'failed')
    for (const { fullName, failureMessages } of wrong) tell(title, `${name} > ${fullName}`, failureMessages.join('\n'))
    if (status === 'failed' && wrong.length === 0) tell(title, name, message ?? '')
  }
  const stray = existsSync(unhandled) ? readFileSync(unhandled, 'utf8').trim().split('\n') : []
  for (const line of stray) tell(title, 'an error outside any test', String(JSON.parse(line).stack))
  return { ok, passed, failed: failed || (ok ? 0 : Math.max(1, broken ?? 1)) }
}

/** Every spec of a Playwright report, however deep it is nested. */
function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)]
}

/** Counts of a Playwright run, from its JSON report. */
function playwright(title, config) {
  const report = join(reports, `${title.replaceAll(' ', '-')}.json`)
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report }
  const ok = start(title, [tool('@playwright/test/cli.js'), 'test', '-c', config, '--reporter=list,json'], env)
  const { stats, suites = [] } = read(report)
  for (const { ok: fine, file, title: name, tests } of suites.flatMap(specsOf)) {
    const errors = tests.flatMap(({ results }) => results.flatMap((result) => result.errors ?? []))
    if (!fine) tell(title, `${file} > ${name}`, errors.map(({ message }) => message).join('\n'))
  }
  const failed = (stats?.unexpected ?? 0) + (stats?.flaky ?? 0)
  return { ok, passed: stats?.expected ?? 0, failed: failed || (ok ? 0 : 1) }
}

function read(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    // The runner died before it could report; its exit code counts as one failure.
    return {}
  }
}

/** A check that passes or fails as a whole. */
function whole(title, args) {
  const ok = start(title, args)
  if (!ok) tell(title, 'the whole of it', 'see above')
  return { ok, passed: ok ? 1 : 0, failed: ok ? 0 : 1 }
}

ensureDependencies()
ensureSystemPackages()
ensureBuild()

const results = [
  whole('types', [join(root, 'scripts', 'types.mjs')]),
  whole('lint', [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings']),
  whole('dead code', [tool('knip/bin/knip.js')]),
  vitest('unit', []),
  vitest('faults', ['-c', 'test/faults/vitest.config.ts']),
  vitest('postgres', ['-c', 'test/postgres/vitest.config.ts']),
  playwright('browser', 'test/e2e/playwright.config.ts'),
  vitest('desktop', ['-c', 'test/desktop/vitest.config.ts']),
  playwright('desktop rehearsal', 'test/desktop/playwright.config.ts'),
]
rmSync(reports, { recursive: true, force: true })

const passed = results.reduce((sum, result) => sum + (result.passed ?? 0), 0)
const failed = results.reduce((sum, result) => sum + (result.failed ?? 0), 0)
if (told.length > 0) console.log(`\nWhat failed:\n  ${told.join('\n  ')}`)
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && results.every((result) => result.ok) ? 0 : 1
