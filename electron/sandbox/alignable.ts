/** Alignable's stand-in: nothing is ever sent there, so it takes nothing. */
import type { Sandbox } from './define.ts'

export const alignableSandbox: Sandbox = {
  provider: 'alignable',
  demoCredential: {},
  demoSettings: {},
  errorBody: (_status, reason) => ({ body: { error: reason } }),
  hasEffect: () => false,
  handle: () => ({ status: 404, body: { error: 'Alignable has no API.' } }),
}
