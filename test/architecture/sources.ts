/** The files of the repository as the architecture tests see them: what a commit would hold, and no more. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { extname, join, resolve } from 'node:path'

export const root = resolve(import.meta.dirname, '..', '..')

/** Every file that is or would be committed, by path from the root. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  return listed
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .sort()
}

const codeEndings = new Set(['.ts', '.tsx', '.mjs'])

/** The code we wrote, tests included. */
export function codeFiles(): string[] {
  return repositoryFiles().filter((path) => codeEndings.has(extname(path)) && !path.endsWith('.d.ts'))
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** Paths named by the imports of a file, static and dynamic, as they are written. */
export function importsOf(text: string): string[] {
  const patterns = [/\bfrom\s+['"]([^'"]+)['"]/g, /\bimport\s+['"]([^'"]+)['"]/g, /\bimport\(\s*['"]([^'"]+)['"]/g]
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''))
}
