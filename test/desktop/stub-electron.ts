/** A folder that looks enough like Electron's release for electron-builder to pack around it: no program in it can run. */

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createPackage } from '@electron/asar'

/** What marks the fuses inside Electron's binary, as @electron/fuses looks for it; then version, count, and every fuse as it ships. */
const fuseMark = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
const shippedFuses = '101011001'

/** Writes the stub for Linux into a folder. */
export async function writeStubElectron(folder: string): Promise<void> {
  const resources = join(folder, 'resources')
  const defaultApp = join(folder, 'default-app')
  for (const each of [join(folder, 'locales'), resources, defaultApp]) mkdirSync(each, { recursive: true })
  writeFileSync(join(defaultApp, 'package.json'), '{}')
  await createPackage(defaultApp, join(resources, 'default_app.asar'))
  const fuses = Buffer.concat([Buffer.from(fuseMark), Buffer.from([1, shippedFuses.length]), Buffer.from(shippedFuses)])
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), fuses, Buffer.alloc(64)]))
  chmodSync(join(folder, 'electron'), 0o755)
  for (const name of [
    'version',
    'LICENSE',
    'LICENSES.chromium.html',
    'locales/en-US.pak',
    'chrome-sandbox',
    'chrome_crashpad_handler',
  ]) {
    writeFileSync(join(folder, name), '')
  }
}
