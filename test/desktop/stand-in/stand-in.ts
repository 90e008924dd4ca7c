/** Lays out the stand-in in a temporary folder: its page, and our real preload, built as the product builds it. */
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

export const standInMain = join(import.meta.dirname, 'main.ts')

/** Makes the folder and tells where it is. */
export async function layOutStandIn(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'atlas-stand-in-'))
  mkdirSync(join(folder, 'page'))
  for (const name of ['index.html', 'page.js']) copyFileSync(join(import.meta.dirname, name), join(folder, 'page', name))
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: folder,
      emptyOutDir: false,
      lib: { entry: join(import.meta.dirname, '../../../electron/preload.ts'), formats: ['cjs'], fileName: () => 'preload.cjs' },
      rollupOptions: { external: ['electron'] },
    },
  })
  return folder
}
