import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

/** Native parts stay outside the bundle; everything else is bundled, which is what makes the engine start fast. */
const native = ['better-sqlite3', '@napi-rs/keyring', 'electron']

const mainEntries = {
  main: resolve('electron/main.ts'),
  serve: resolve('electron/serve.ts'),
  worker: resolve('electron/worker.ts'),
  cli: resolve('electron/cli.ts'),
  keychain: resolve('electron/engine/vault/keychain-thread.ts'),
  'audit-verifier': resolve('electron/engine/audit/verifier-thread.ts'),
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      rollupOptions: { input: mainEntries, external: native },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: resolve('electron/preload.ts') },
        external: ['electron'],
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      outDir: resolve('out/renderer'),
      minify: true,
      // The page's policy refuses what is inlined as data.
      assetsInlineLimit: 0,
      rollupOptions: { input: resolve('renderer/index.html') },
    },
  },
})
