/** Alignable's stand-in: there is nothing to stand in for, as it has no interface for programs. */
import type { Sandbox } from './define.ts'

const none = { error: 'Alignable has no interface for programs.' }

export const alignableSandbox: Sandbox = {
  provider: 'alignable',
  demoCredential: {},
  demoSettings: {},
  errorBody: () => ({ body: none }),
  hasEffect: () => false,
  handle: () => ({ status: 404, body: none }),
}
