/** Every file says what it is, and every export of shared and the kit is documented. */
import { parseAst } from 'vite'
import { expect, test } from 'vitest'
import { codeFiles, read } from './sources.ts'

interface Statement {
  type: string
  start: number
  declaration?: { id?: { name?: string }; declarations?: { id: { name?: string } }[] } | null
}

/** Names of exported declarations that no doc comment stands right before. */
function undocumented(path: string, text: string): string[] {
  const { body } = parseAst(text, { lang: path.endsWith('x') ? 'tsx' : 'ts' }) as unknown as { body: Statement[] }
  return body
    .filter(({ type, declaration }) => type === 'ExportNamedDeclaration' && declaration)
    .filter(({ start }) => !/\*\/\s*(\/\/ biome-ignore.*\s*)?$/.test(text.slice(0, start)))
    .map(({ declaration }) => declaration?.id?.name ?? declaration?.declarations?.[0]?.id.name ?? '?')
}

test('the check sees an export without its comment', () => {
  const text = '/** File. */\n\n/** Told. */\nexport const a = 1\nexport const b = 2\n/** Told. */\nexport function c() {}\n'
  expect(undocumented('a.ts', text)).toEqual(['b'])
})

const documented = codeFiles().filter((path) => /^(shared|electron\/kit)\//.test(path) && !path.includes('.test.'))

test.each(documented)('%s documents what it exports', (path) => {
  expect(undocumented(path, read(path))).toEqual([])
})

test('every file of the product says in its first lines what it is', () => {
  const product = codeFiles().filter((path) => !/\.(test|spec)\.tsx?$|\.config\.ts$|\.d\.ts$/.test(path))
  const silent = product.filter((path) => !/\/\*\*/.test(read(path).split('\n').slice(0, 60).join('\n')))
  expect(silent).toEqual([])
})
