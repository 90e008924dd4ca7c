/** Versions and the repository's own hygiene: exact pins, one version per family, a whole lock file, no trace of a machine. */
import { extname } from 'node:path'
import { expect, test } from 'vitest'
import { read, repositoryFiles } from './sources.ts'

interface Manifest {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  optionalDependencies: Record<string, string>
  allowScripts: Record<string, boolean>
}

interface LockedPackage {
  version?: string
  resolved?: string
  integrity?: string
  hasInstallScript?: boolean
  optional?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const manifest = JSON.parse(read('package.json')) as Manifest
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, LockedPackage> }
const direct = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
const locked = Object.entries(lock.packages).filter(([path]) => path !== '')

test('every dependency is pinned to one exact version', () => {
  const loose = Object.entries(direct).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
  expect(loose).toEqual([])
})

test.each(['@mantine/', '@orpc/'])('all packages of %s have one version', (family) => {
  const versions = locked.filter(([path]) => path.includes(`node_modules/${family}`)).map(([, { version }]) => version)
  expect(new Set(versions).size).toBe(1)
})

test('Mantine stays at the version whose components were checked', () => {
  const versions = Object.entries(direct).filter(([name]) => name.startsWith('@mantine/'))
  expect(versions.length).toBeGreaterThan(0)
  expect(versions.filter(([, version]) => version !== '9.6.2')).toEqual([])
})

test('the lock file holds what package.json asks for', () => {
  const differing = Object.entries(direct).filter(([name, version]) => lock.packages[`node_modules/${name}`]?.version !== version)
  expect(differing).toEqual([])
})

/** Where Node would find a package from inside another: its own folder, then each one outwards. */
function isLocked(from: string, name: string): boolean {
  const inside = from.split(/(?:^|\/)node_modules\//).filter((part) => part !== '')
  return Array.from({ length: inside.length + 1 }, (_, outwards) => inside.slice(0, inside.length - outwards)).some(
    (parts) => lock.packages[[...parts, name].map((part) => `node_modules/${part}`).join('/')] !== undefined,
  )
}

test('the lock file is whole: each optional package of every platform is in it', () => {
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !isLocked(path, name))
      .map((name) => `${path || 'package.json'} → ${name}`),
  )
  expect(missing).toEqual([])
})

test('the lock file names no host, and whoever may run an install script is decided by name', () => {
  expect(locked.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
  const scripted = locked.filter(([, entry]) => entry.hasInstallScript).map(([path]) => path.split('node_modules/').at(-1) ?? '')
  expect(scripted.filter((name) => manifest.allowScripts[name] === undefined && lock.packages[`node_modules/${name}`])).toEqual(
    [],
  )
  expect(Object.values(manifest.allowScripts)).not.toContain(true)
})

const texts = new Set([
  '.ts',
  '.tsx',
  '.mjs',
  '.cjs',
  '.js',
  '.json',
  '.jsonc',
  '.md',
  '.css',
  '.html',
  '.yml',
  '.yaml',
  '.svg',
  '.plist',
  '',
])
const self = 'test/architecture/versions.test.ts'
const textFiles = repositoryFiles().filter((path) => texts.has(extname(path)) && path !== self && path !== 'package-lock.json')

test('no file names a place on the machine it was written on', () => {
  const places = /(^|[\s'"`(=:])(\/work\/|\/root\b|C:\\Users\\)/m
  const passing = /(^|[\s'"`(=:])(\/tmp|\/home|\/Users)\/[\w.-]/m
  const tests = /\.(test|spec)\.tsx?$/
  const named = textFiles.filter((path) => places.test(read(path)) || (!tests.test(path) && passing.test(read(path))))
  expect(named).toEqual([])
})

test('no file names a package registry', () => {
  const registries = /registry\.(npmjs|yarnpkg)|npm\.pkg\.github|artifactory|verdaccio|\bnexus\d*\./i
  expect(textFiles.filter((path) => registries.test(read(path)))).toEqual([])
})

test('no file carries a mark of unfinished work', () => {
  const marks = new RegExp(`\\b(${['TO', 'FIX'].map((start, at) => `${start}${['DO', 'ME'][at]}`).join('|')}|XXX|HACK)\\b`)
  const code = textFiles.filter((path) => ['.ts', '.tsx', '.mjs', '.css'].includes(extname(path)))
  expect(code.filter((path) => marks.test(read(path)))).toEqual([])
})
