/** Programs that are started thousands of times, bundled to one file: a start then takes a tenth of a second instead of a whole one. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'vite'

/** The database's binding, named by its place: a bundle lies where no package is found. */
const binding = createRequire(import.meta.url).resolve('better-sqlite3')

/** Bundles `test/faults/<name>.ts` into the folder; answers the file to start. */
export async function bundleProgram(name: string, folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'better-sqlite3': binding } },
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, `${name}.ts`),
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: { external: [binding], output: { entryFileNames: `${name}.mjs` } },
    },
  })
  return join(folder, `${name}.mjs`)
}
