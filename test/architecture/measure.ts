/** Measures code by its syntax tree: own lines of functions, depth of nesting, and what this house does without. */
import { parseAst } from 'vite'

export interface Measured {
  lines: number
  functions: { name: string; line: number; ownLines: number; nesting: number; parameters: number }[]
  /** Constructs that the house style refuses, each with its line. */
  refused: { what: string; line: number }[]
}

interface Node {
  type: string
  start: number
  end: number
  [field: string]: unknown
}

interface Walk {
  report: Measured
  lineOf(offset: number): number
}

interface Scope {
  name: string
  innerLines: number
  nesting: number
  deepest: number
}

const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])
const nesting = new Set([
  'IfStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
  'SwitchStatement',
  'TryStatement',
])
const refusals: Readonly<Record<string, string>> = {
  TSAnyKeyword: 'any',
  TSEnumDeclaration: 'enum',
  TSModuleDeclaration: 'namespace',
  TSParameterProperty: 'parameter property',
  TSNonNullExpression: 'non-null assertion',
  ExportDefaultDeclaration: 'default export',
  ExportAllDeclaration: 'barrel',
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
}

function childrenOf(node: Node): [string, Node][] {
  return Object.entries(node).flatMap(([field, value]) => {
    const list: unknown[] = Array.isArray(value) ? value : [value]
    return list.filter(isNode).map((child): [string, Node] => [field, child])
  })
}

function nameOf(parent: Node | undefined, node: Node): string {
  const named = (node.id ?? parent?.id ?? parent?.key ?? parent?.callee) as { name?: string } | undefined
  return named?.name ?? '(unnamed)'
}

/** `else if` goes on at the depth of its `if`: it is one choice, not two. */
function deepens(field: string, node: Node, parent: Node): boolean {
  return nesting.has(node.type) && !(field === 'alternate' && node.type === 'IfStatement' && parent.type === 'IfStatement')
}

function enter(walk: Walk, node: Node, parent: Node | undefined, outer: Scope | undefined): void {
  const scope: Scope = { name: nameOf(parent, node), innerLines: 0, nesting: 0, deepest: 0 }
  for (const [field, child] of childrenOf(node)) visit(walk, child, { field, parent: node, scope })
  const first = walk.lineOf(node.start)
  const lines = walk.lineOf(node.end) - first + 1
  const parameters = (node.params as Node[] | undefined)?.length ?? 0
  const ownLines = lines - scope.innerLines
  walk.report.functions.push({ name: scope.name, line: first, ownLines, nesting: scope.deepest, parameters })
  // A function that begins and ends on lines of its outer one leaves these to the outer one.
  if (outer) outer.innerLines += Math.max(0, lines - 1)
}

function visit(
  walk: Walk,
  node: Node,
  { field, parent, scope }: { field: string; parent: Node | undefined; scope: Scope | undefined },
): void {
  const what = refusals[node.type]
  // `declare module` and `declare global` add to somebody else's types; they are not ours to avoid.
  if (what && node.declare !== true) walk.report.refused.push({ what, line: walk.lineOf(node.start) })
  if (functions.has(node.type)) {
    enter(walk, node, parent, scope)
    return
  }
  const deeper = scope && parent && deepens(field, node, parent) ? 1 : 0
  if (scope) {
    scope.nesting += deeper
    scope.deepest = Math.max(scope.deepest, scope.nesting)
  }
  for (const [name, child] of childrenOf(node)) visit(walk, child, { field: name, parent: node, scope })
  if (scope) scope.nesting -= deeper
}

/** Measures one file; `path` decides the language by its ending. */
export function measure(path: string, text: string): Measured {
  const lang = path.endsWith('x') ? 'tsx' : 'ts'
  const starts = [0, ...[...text.matchAll(/\n/g)].map((match) => match.index + 1)]
  const lineOf = (offset: number): number => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low + 1
  }
  const lines = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length
  const walk: Walk = { report: { lines, functions: [], refused: [] }, lineOf }
  visit(walk, parseAst(text, { lang }) as unknown as Node, { field: '', parent: undefined, scope: undefined })
  return walk.report
}
