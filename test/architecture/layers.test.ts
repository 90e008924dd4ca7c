/** Plants each forbidden import and global in a copy of the tree and sees Biome refuse it: a rule that stops nothing is none. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { codeFiles, importsOf, read, root } from './sources.ts'

interface Plant {
  what: string
  path: string
  text: string
  rule: string
}

const imports = 'style/noRestrictedImports'
const globals = 'style/noRestrictedGlobals'

function plant(what: string, path: string, from: string): Plant {
  return { what, path, text: `/** Planted. */\nimport { a } from '${from}'\n\nexport const b = a\n`, rule: imports }
}

const plants: readonly Plant[] = [
  plant('shared → node', 'shared/planted-node.ts', 'node:fs'),
  plant('shared → electron', 'shared/planted-electron.ts', 'electron'),
  plant('shared → engine', 'shared/planted-engine.ts', '../electron/engine/log.ts'),
  plant('shared → react', 'shared/planted-react.ts', 'react'),
  plant('renderer → node', 'renderer/planted-node.ts', 'node:fs'),
  plant('renderer → electron', 'renderer/planted-electron.ts', 'electron'),
  plant('renderer → engine', 'renderer/planted-engine.ts', '../electron/engine/log.ts'),
  plant('provider → node', 'electron/providers/planted-node.ts', 'node:fs'),
  plant('provider → engine', 'electron/providers/planted-engine.ts', '../engine/log.ts'),
  plant('provider → sandbox', 'electron/providers/planted-sandbox.ts', '../sandbox/define.ts'),
  plant('provider → electron', 'electron/providers/planted-electron.ts', 'electron'),
  {
    what: 'provider → global fetch',
    path: 'electron/providers/planted-fetch.ts',
    text: "/** Planted. */\nexport const b = () => fetch('https://example.com')\n",
    rule: globals,
  },
  {
    what: 'provider → process',
    path: 'electron/providers/planted-process.ts',
    text: '/** Planted. */\nexport const b = () => process.pid\n',
    rule: globals,
  },
  plant('kit → engine', 'electron/kit/planted-engine.ts', '../engine/log.ts'),
  plant('kit → providers', 'electron/kit/planted-provider.ts', '../providers/catalog.ts'),
  plant('engine → electron', 'electron/engine/planted-electron.ts', 'electron'),
  plant('engine → node:http', 'electron/engine/planted-http.ts', 'node:http'),
  plant('engine → gateway', 'electron/engine/planted-gateway.ts', '../gateway/gateway.ts'),
  plant('engine → compose', 'electron/engine/planted-compose.ts', '../compose.ts'),
  plant('gateway → providers', 'electron/gateway/planted-provider.ts', '../providers/catalog.ts'),
  plant('gateway → electron', 'electron/gateway/planted-electron.ts', 'electron'),
  plant('procedures → providers', 'electron/procedures/planted-provider.ts', '../providers/catalog.ts'),
  {
    what: 'a cycle',
    path: 'electron/engine/planted-one.ts',
    text: "/** Planted. */\nimport { two } from './planted-two.ts'\n\nexport const one = () => two\n",
    rule: 'suspicious/noImportCycles',
  },
  {
    what: 'a default export',
    path: 'electron/engine/planted-default.ts',
    text: '/** Planted. */\nconst b = 1\nexport default b\n',
    rule: 'style/noDefaultExport',
  },
]

const partner = "/** Planted. */\nimport { one } from './planted-one.ts'\n\nexport const two = () => one\n"
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome')
let folder = ''
let reported: { path: string; rule: string }[] = []

interface Diagnostic {
  category: string
  location: { path: string | { file: string } }
}

function lint(): { path: string; rule: string }[] {
  const args = [biome, 'lint', '--reporter=json', '--max-diagnostics=500', '.']
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(done.stdout) as { diagnostics: Diagnostic[] }
  return diagnostics.map(({ category, location: { path } }) => ({
    path: typeof path === 'string' ? path : path.file,
    rule: category.replace(/^lint\//, ''),
  }))
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atlas-layers-'))
  execFileSync('git', ['init', '-q'], { cwd: folder })
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
  for (const { path, text } of plants) put(path, text)
  put('electron/engine/planted-two.ts', partner)
  reported = lint()
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each(plants)('$what is refused', ({ path, rule }) => {
  expect(reported).toContainEqual({ path, rule })
})

test('a file without fault is not reported', () => {
  expect(reported.filter(({ path }) => !path.includes('planted-'))).toEqual([])
})

test('only hosts, and tests that stand in for one, import the composition root', () => {
  const hosts = /^electron\/(main|serve|worker)\.ts$|^electron\/desktop\/start\.ts$|^test\/|\.test\.ts$/
  const found = codeFiles().filter((path) => importsOf(read(path)).some((from) => /(^|\/)compose\.ts$/.test(from)))
  expect(found.length).toBeGreaterThan(0)
  expect(found.filter((path) => !hosts.test(path))).toEqual([])
})

test('electron is imported by hosts and the desktop folder alone, and no index of ours can stand before it', () => {
  const allowed = /^electron\/(main|preload)\.ts$|^electron\/desktop\/|^test\//
  const found = codeFiles().filter((path) => importsOf(read(path)).includes('electron') && !allowed.test(path))
  expect(found).toEqual([])
  expect(codeFiles().filter((path) => /^electron\/index\./.test(path))).toEqual([])
})

test('every import of our own code carries its ending, or is shared by its name', () => {
  const faulty = codeFiles().flatMap((path) =>
    importsOf(read(path))
      .filter((from) => from.startsWith('.') && !/\.(ts|tsx|mjs|cjs|js|json|css)$/.test(from.split('?')[0] ?? ''))
      .map((from) => `${path} ${from}`),
  )
  expect(faulty).toEqual([])
})

test('no screen names a provider in a condition', () => {
  const named = /provider\w*(\.id)?\s*[!=]==?\s*['"](microsoft|telegram|slack|resend)['"]/
  const found = codeFiles().filter((path) => path.startsWith('renderer/') && !path.includes('.test.') && named.test(read(path)))
  expect(found).toEqual([])
})

test('the engine imports no provider, and a provider none beside itself', () => {
  const roomOf = (path: string) => path.split('/')[2]
  const crossing = codeFiles()
    .filter((path) => !path.includes('.test.'))
    .flatMap((path) =>
      importsOf(read(path))
        .filter((from) => from.startsWith('.'))
        .map((from) => ({ path, to: join(dirname(path), from) })),
    )
    .filter(({ to }) => to.startsWith('electron/providers/'))
    .filter(({ path, to }) =>
      path.startsWith('electron/providers/')
        ? path !== 'electron/providers/catalog.ts' && roomOf(path) !== roomOf(to)
        : path.startsWith('electron/engine/'),
    )
  expect(crossing).toEqual([])
})
