/** What a start loads: no SDK, so that the first screen does not wait for one that may never be used. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseAst } from 'vite'
import { expect, test } from 'vitest'
import { codeFiles, importsOf, read, root } from './sources.ts'

/** Packages that only an action needs. They are loaded by `import()` when it runs. */
const sdks = [
  '@azure/msal-node',
  '@microsoft/microsoft-graph-client',
  '@slack/web-api',
  'gpt-tokenizer',
  'grammy',
  'nodemailer',
  'openai',
  'resend',
  'stripe',
  '@supabase/storage-js',
  'tus-js-client',
]
const heavy = [...sdks, 'electron-updater', 'open']

interface Statement {
  type: string
  start: number
  end: number
  importKind?: string
  exportKind?: string
  source?: { value: string } | null
}

/** What a module needs before its first line runs: imports that are neither types nor deferred. */
function staticImports(path: string, text: string): string[] {
  const lang = path.endsWith('x') ? 'tsx' : 'ts'
  const { body } = parseAst(text, { lang }) as unknown as { body: Statement[] }
  return body
    .filter(({ source, importKind, exportKind }) => source && importKind !== 'type' && exportKind !== 'type')
    .filter(({ start, end }) => !/^import\s*\{\s*(type\s+[\w\s]+,?\s*)+\}/.test(text.slice(start, end)))
    .map(({ source }) => source?.value ?? '')
}

const ends = ['', '.ts', '.tsx']

/** All files and packages that importing `entry` brings along. */
function reach(entry: string): { files: Set<string>; packages: Set<string> } {
  const files = new Set<string>()
  const packages = new Set<string>()
  const pending = [entry]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (files.has(path)) continue
    files.add(path)
    for (const from of staticImports(path, read(path))) {
      const own = from.startsWith('#shared/') ? `shared/${from.slice('#shared/'.length)}` : join(dirname(path), from)
      const file =
        from.startsWith('.') || from.startsWith('#')
          ? ends.map((end) => own + end).find((name) => existsSync(join(root, name)) && name.endsWith('ts'))
          : undefined
      if (file) pending.push(file)
      else packages.add(from)
    }
  }
  return { files, packages }
}

const isHeavy = (name: string) => heavy.some((sdk) => name === sdk || name.startsWith(`${sdk}/`))

test('the check follows imports and leaves out what is deferred or a type', () => {
  const text =
    "import type { A } from 'grammy'\nimport { type B } from 'resend'\nimport { c } from './c.ts'\nconst d = () => import('grammy')\n"
  expect(staticImports('a.ts', text)).toEqual(['./c.ts'])
})

test('starting loads no SDK', () => {
  // The hosts import the composition root on demand, after they found their Node fit: it is the start.
  const { files, packages } = reach('electron/compose.ts')
  expect(files).toContain('electron/providers/catalog.ts')
  expect([...packages].filter(isHeavy)).toEqual([])
})

test('every SDK is still used, by the room it belongs to', () => {
  const users = codeFiles().filter((path) => path.startsWith('electron/') && !path.includes('.test.'))
  const used = new Set(users.flatMap((path) => importsOf(read(path))))
  expect(sdks.filter((sdk) => ![...used].some((name) => name === sdk || name.startsWith(`${sdk}/`)))).toEqual([])
})
