/** `npm test`: all of its own set-up, then every suite, and one closing line summed from the runners' own reports. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

/** Counts of a Vitest run, from its JSON report. */
function vitest(title, args) {
  const report = join(reports, `${title.replaceAll(' ', '-')}.json`)
  const ok = start(title, [
    tool('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ])
  const { numPassedTests: passed, numFailedTests: failed, numFailedTestSuites: broken } = read(report)
  return { ok, passed, failed: failed || (ok ? 0 : Math.max(1, broken ?? 1)) }
}

/** Counts of a Playwright run, from its JSON report. */
function playwright(title, config) {
  const report = join(reports, `${title.replaceAll(' ', '-')}.json`)
  const env = { PLAYWRIGHT_JSON_OUTPUT_NAME: report }
  const ok = start(title, [tool('@playwright/test/cli.js'), 'test', '-c', config, '--reporter=list,json'], env)
  const { stats } = read(report)
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
console.log(`\n${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && results.every((result) => result.ok) ? 0 : 1
