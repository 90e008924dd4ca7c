/** The built `serve`: what its start pulls in, chunk by chunk, holds no SDK. Sources alone cannot tell, for a bundler may merge. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseAst } from 'vite'
import { expect, test } from 'vitest'

const out = resolve(import.meta.dirname, '..', '..', 'out', 'main')

/** A class that only this SDK declares, by which its chunk is known. */
const marks: Readonly<Record<string, string>> = {
  grammy: 'GrammyError',
  '@slack/web-api': 'WebClient',
  '@azure/msal-node': 'ConfidentialClientApplication',
  '@microsoft/microsoft-graph-client': 'GraphRequest',
  resend: 'Resend',
  nodemailer: 'MailComposer',
}

const declares = (text: string, name: string) => new RegExp(`\\bclass ${name}\\b|\\b${name} = class\\b`).test(text)
const textOf = (path: string) => readFileSync(path, 'utf8')

function staticImports(text: string): string[] {
  const { body } = parseAst(text) as unknown as { body: { type: string; source?: { value: string } | null }[] }
  return body.flatMap(({ source }) => (source?.value.startsWith('.') ? [source.value] : []))
}

/** All chunks that are loaded with these, without waiting for any `import()`. */
function loadedWith(entries: readonly string[]): Set<string> {
  const loaded = new Set<string>()
  const pending = [...entries]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (loaded.has(path)) continue
    loaded.add(path)
    pending.push(...staticImports(textOf(path)).map((from) => join(dirname(path ?? ''), from)))
  }
  return loaded
}

/** The host's own parts, which it imports once its Node was found fit. A browser is opened after the start. */
function startOf(host: string): string[] {
  const entry = join(out, `${host}.js`)
  const parts = [...textOf(entry).matchAll(/import\("(\.\/chunks\/(?!open-)[^"]+)"\)/g)].map((match) => join(out, match[1] ?? ''))
  return [entry, ...parts]
}

const chunks = readdirSync(join(out, 'chunks'))
  .filter((name) => name.endsWith('.js'))
  .map((name) => join(out, 'chunks', name))

test.each(Object.entries(marks))('%s is in the build, in a chunk of its own', (_sdk, mark) => {
  expect(chunks.some((path) => declares(textOf(path), mark))).toBe(true)
})

test.each(['serve', 'worker'])('the start of %s loads no SDK', (host) => {
  const loaded = loadedWith(startOf(host))
  expect([...loaded].some((path) => path.includes('compose-'))).toBe(true)
  const heavy = [...loaded].flatMap((path) =>
    Object.entries(marks).flatMap(([sdk, mark]) => (declares(textOf(path), mark) ? [`${sdk} in ${path.slice(out.length)}`] : [])),
  )
  expect(heavy).toEqual([])
})
