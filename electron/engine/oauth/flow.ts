/** One sign-in under way: what is held of it, how it is told, and which page a browser may be sent to. */
import type { SignInStatus } from '#shared/contract/connections'
import { type Failure, failed } from '#shared/failure'
import { spans, toInstant } from '#shared/time'
import type { AnyProvider, SignedIn, SignIn } from '../../kit/define.ts'
import { isLoopback } from '../../kit/endpoints.ts'
import type { Actor } from '../engine.ts'

/** Where the browser comes back to. It lives only as long as a flow waits. */
export interface RedirectListener {
  redirectUri(path: string, host?: string): string
  /** Resolves when the port is free again; answers under way are finished first. */
  close(): Promise<void>
}

export interface Account {
  id: string
  name: string
}

export type Stage = Exclude<SignInStatus['stage'], 'none'>

export interface Flow {
  tenantId: string
  provider: AnyProvider
  signIn: SignIn<unknown, unknown>
  actor: Actor
  replaceAccount: boolean
  stage: Stage
  state: string
  verifier: string
  expiresAt: number
  stopped: AbortController
  authorizationUrl?: string
  redirectUri?: string
  listener?: RedirectListener
  callOff?: () => void
  /** Signed in as another account; held here alone until a person decides. */
  pending?: SignedIn<unknown>
  expected?: Account
  failure?: Failure
  /** A strange answer is noted once a flow, so that nobody can flood the audit log through the port. */
  strangerNoted: boolean
}

/** A sign-in waits this long. */
export const patienceMs = 10 * spans.minute
export const active: readonly Stage[] = ['waiting', 'finishing', 'confirm_account']

export function toStatus(flow: Flow): SignInStatus {
  const { stage, authorizationUrl, redirectUri, expected, pending, failure } = flow
  return {
    stage,
    expiresAt: toInstant(flow.expiresAt),
    ...(stage === 'waiting' && authorizationUrl ? { authorizationUrl } : {}),
    ...(stage === 'waiting' && redirectUri ? { redirectUri } : {}),
    ...(stage === 'confirm_account' && expected ? { expected: expected.name } : {}),
    ...(stage === 'confirm_account' ? { got: pending?.account?.name ?? 'an account that the provider did not name' } : {}),
    ...(failure ? { failure } : {}),
  }
}

/** The page a browser is sent to: https, or this machine, and guarded by our state. */
export function checkAuthorizationUrl(raw: string, state: string): void {
  const url = URL.canParse(raw) ? new URL(raw) : undefined
  const scheme = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url))
  if (!url || !scheme || url.username || url.searchParams.get('state') !== state) {
    throw failed('unexpected', 'The address of the sign-in page is not one that may be opened; nothing was started.')
  }
}
