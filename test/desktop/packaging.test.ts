/** The package of the desktop app: its configuration by electron-builder's own schema, and what a real pack around a stub of Electron puts in. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { listPackage, statFile } from '@electron/asar'
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses'
import { getConfig, validateConfiguration } from 'app-builder-lib/out/util/config/config.js'
import { Arch, build, Platform } from 'electron-builder'
import { afterAll, beforeAll, expect, test } from 'vitest'
import config from '../../electron-builder.config.ts'
import { writeStubElectron } from './stub-electron.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'atlas-pack-'))
const packed = join(folder, 'dist', 'linux-unpacked')
const archive = join(packed, 'resources', 'app.asar')
let inside: string[] = []
const silent = { isEnabled: false, add: () => undefined } as never

beforeAll(async () => {
  const electronDist = join(folder, 'electron')
  await writeStubElectron(electronDist)
  await build({
    projectDir: root,
    targets: Platform.LINUX.createTarget('dir', Arch.x64),
    config: { ...config, electronDist, directories: { ...config.directories, output: join(folder, 'dist') } },
    publish: 'never',
  })
  inside = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('electron-builder accepts every setting, and would refuse one it does not know', async () => {
  const read = await getConfig(root, 'electron-builder.config.ts', null)
  await expect(validateConfiguration(read, silent)).resolves.toBeUndefined()
  await expect(validateConfiguration({ ...read, unheard: true } as never, silent)).rejects.toThrow('unheard')
})

test('the archive holds main, preload, page, icons and the two native modules', () => {
  for (const path of [
    '/package.json',
    '/out/main/main.js',
    '/out/preload/preload.cjs',
    '/out/renderer/index.html',
    '/resources/icon.png',
    '/resources/tray/problemTemplate@2x.png',
    '/node_modules/better-sqlite3/package.json',
    '/node_modules/@napi-rs/keyring/package.json',
  ]) {
    expect(inside).toContain(path)
  }
})

test('it holds no tests, sources, documents, maps, or a Node of its own', () => {
  const unwanted = inside.filter(
    (path) =>
      /^\/(?:electron|renderer|shared|test|docs|bench|scripts|dist)(?:\/|$)/.test(path) ||
      /\.(?:tsx?|map|md|c|cc|cpp|h|gyp)$/.test(path) ||
      /^\/node_modules\/node-/.test(path) ||
      /\.test\./.test(path),
  )
  expect(unwanted).toEqual([])
  const modules = new Set(inside.flatMap((path) => /^\/node_modules\/([^/]+)/.exec(path)?.[1] ?? []))
  expect([...modules].sort()).toEqual(['@napi-rs', 'better-sqlite3'])
})

test('native code lies unpacked, for this platform alone', () => {
  const native = inside.filter((path) => path.endsWith('.node'))
  expect(native.sort()).toEqual([
    '/node_modules/@napi-rs/keyring-linux-x64-gnu/keyring.linux-x64-gnu.node',
    '/node_modules/better-sqlite3/prebuilds/linux-x64.node',
  ])
  for (const path of native) {
    expect(statFile(archive, path.slice(1))).toMatchObject({ unpacked: true })
    expect(existsSync(join(`${archive}.unpacked`, path))).toBe(true)
  }
})

test('the fuses of the binary are set: no Node mode, no inspector, nothing but the archive', async () => {
  const wire = await getCurrentFuseWire(join(packed, 'atlas-ux'))
  const on = '1'.charCodeAt(0)
  const isOn = (fuse: FuseV1Options) => wire[fuse] === on
  expect(isOn(FuseV1Options.RunAsNode)).toBe(false)
  expect(isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false)
  expect(isOn(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false)
  expect(isOn(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false)
  expect(isOn(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true)
  expect(isOn(FuseV1Options.EnableEmbeddedAsarIntegrityValidation)).toBe(true)
  expect(isOn(FuseV1Options.EnableCookieEncryption)).toBe(true)
})

test('it stays small beside Electron itself', () => {
  const total = [
    archive,
    ...readdirSync(`${archive}.unpacked`, { recursive: true, encoding: 'utf8' }).map((name) => join(`${archive}.unpacked`, name)),
  ]
    .map((path) => statSync(path))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
  expect(total).toBeLessThan(40_000_000)
})
