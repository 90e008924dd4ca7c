/** Budgets that only tighten: sizes of files and functions, nesting, names, and how often a rule may be set aside. */
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { measure } from './measure.ts'
import { codeFiles, read } from './sources.ts'

const budget = { fileLines: 400, functionLines: 60, nesting: 3, parameters: 4 }

/** Suppressions of a rule in all code. The number may fall, never rise. */
const suppressionCeiling = 11

const files = codeFiles()
const measured = files.map((path) => ({ path, ...measure(path, read(path)) }))
const isConfig = (path: string) => path.endsWith('.config.ts') || path.startsWith('scripts/')

describe('the measure itself', () => {
  const filler = (count: number) => Array.from({ length: count }, (_, at) => `  f(${at})`).join('\n')

  test('sees a function that is one line over, and does not charge it with the lines of an inner one', () => {
    const outer = `function outer() {\n  function inner() {\n${filler(59)}\n  }\n${filler(10)}\n}\n`
    const [inner, whole] = measure('a.ts', outer).functions
    expect(inner).toMatchObject({ name: 'inner', ownLines: 61 })
    expect(whole).toMatchObject({ name: 'outer', ownLines: 13 })
  })

  test('sees the fourth level of nesting and takes a chain of else if as one', () => {
    const deep = 'const f = () => { if (a) { for (;;) { try { while (b) {} } catch {} } } }'
    expect(measure('a.ts', deep).functions[0]?.nesting).toBe(4)
    const chain = 'function f() { if (a) {} else if (b) {} else if (c) {} else {} }'
    expect(measure('a.ts', chain).functions[0]?.nesting).toBe(1)
  })

  test('sees any, enum, default exports, barrels, namespaces, parameter properties and non-null assertions', () => {
    const text = `export default 1\nexport * from './a.ts'\nenum E { A }\nnamespace N { let a = 1 }\nclass C { constructor(private x: any) { this.x! } }`
    const seen = measure('a.ts', text).refused.map(({ what }) => what)
    expect(seen.sort()).toEqual(
      ['any', 'barrel', 'default export', 'enum', 'namespace', 'non-null assertion', 'parameter property'].sort(),
    )
  })
})

test(`no file has more than ${budget.fileLines} lines`, () => {
  expect(measured.filter(({ lines }) => lines > budget.fileLines).map(({ path, lines }) => `${path} ${lines}`)).toEqual([])
})

// What `describe` is handed groups tests and their tables; it is no function that anybody follows.
test(`no function has more than ${budget.functionLines} lines of its own`, () => {
  const long = measured.flatMap(({ path, functions }) =>
    functions
      .filter(({ name, ownLines }) => ownLines > budget.functionLines && name !== 'describe')
      .map(({ name, line, ownLines }) => `${path}:${line} ${name} ${ownLines}`),
  )
  expect(long).toEqual([])
})

test(`no function nests deeper than ${budget.nesting}`, () => {
  const deep = measured.flatMap(({ path, functions }) =>
    functions
      .filter(({ nesting }) => nesting > budget.nesting)
      .map(({ name, line, nesting }) => `${path}:${line} ${name} ${nesting}`),
  )
  expect(deep).toEqual([])
})

test(`no function takes more than ${budget.parameters} parameters`, () => {
  const many = measured.flatMap(({ path, functions }) =>
    functions.filter(({ parameters }) => parameters > budget.parameters).map(({ name, line }) => `${path}:${line} ${name}`),
  )
  expect(many).toEqual([])
})

/** Set aside by a comment on the line before, which the ceiling counts. */
function isSetAside(path: string, line: number): boolean {
  return (read(path).split('\n')[line - 2] ?? '').includes('biome-ignore')
}

test('nothing uses what the house style does without', () => {
  const found = measured.flatMap(({ path, refused }) =>
    refused
      .filter(({ what, line }) => !(what === 'default export' && isConfig(path)) && !isSetAside(path, line))
      .map(({ what, line }) => `${path}:${line} ${what}`),
  )
  expect(found).toEqual([])
})

test('files are named for a noun: no index, no drawer for odds and ends, no capitals', () => {
  const drawers = /^(index|utils?|helpers?|common|types|constants|misc)\.tsx?$/
  // One file of the contract is named for what its areas share.
  const kept = new Set(['shared/contract/common.ts'])
  const bad = files.filter((path) => !kept.has(path) && (drawers.test(basename(path)) || /[A-Z]/.test(basename(path))))
  expect(bad).toEqual([])
})

test('rules are set aside no more often than before', () => {
  const marks = new RegExp(['biome-ignore', '@ts-ignore', '@ts-expect-error', '@ts-nocheck', 'v8 ignore'].join('|'))
  const uses = files
    .filter((path) => path !== 'test/architecture/budgets.test.ts')
    .flatMap((path) =>
      read(path)
        .split('\n')
        .flatMap((line, at) => (marks.test(line) ? [`${path}:${at + 1}`] : [])),
    )
  expect(uses.length, uses.join('\n')).toBeLessThanOrEqual(suppressionCeiling)
})

test('no test is skipped, alone or to be written', () => {
  const marks = /\b(test|it|describe)\.(skip|only|todo)\b|\b(xit|xtest|fdescribe)\(/
  const found = files.filter((path) => /\.(test|spec)\.tsx?$/.test(path) && marks.test(read(path)))
  expect(found.filter((path) => path !== 'test/architecture/budgets.test.ts')).toEqual([])
})
