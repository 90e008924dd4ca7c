/** Opens a sign-in: where the browser comes back to, and which page it is sent to. */
import * as oauth from 'oauth4webapi'
import { failed } from '#shared/failure'
import type { Call } from '../../kit/call.ts'
import type { AnyProvider } from '../../kit/define.ts'
import type { Actor } from '../engine.ts'
import { checkAuthorizationUrl, type Flow, patienceMs } from './flow.ts'
import type { SignInDeps } from './sign-ins.ts'

/** A flow that waits, with a state and a proof of its own. */
export function newFlow(
  at: { tenantId: string; provider: AnyProvider; now: number },
  options: { replaceAccount?: boolean; actor: Actor },
): Flow {
  const { tenantId, provider, now } = at
  if (!provider.signIn) throw failed('unsupported', `${provider.name} has no sign-in; paste its credential instead.`)
  return {
    tenantId,
    provider,
    signIn: provider.signIn,
    actor: options.actor,
    replaceAccount: options.replaceAccount === true,
    stage: 'waiting',
    state: oauth.generateRandomState(),
    verifier: oauth.generateRandomCodeVerifier(),
    expiresAt: now + patienceMs,
    stopped: new AbortController(),
    strangerNoted: false,
  }
}

/** The provider refuses this machine as redirect: its page is copied by the person. */
function pastePage({ signIn }: Flow, call: Call): string {
  return signIn.paste?.redirectUriFor?.(call.settings) ?? signIn.paste?.redirectUri ?? ''
}

function refuseOvertaken({ stage }: Flow): void {
  if (stage !== 'waiting') throw failed('conflict', 'Another sign-in was started for this connection.')
}

type Receive = (flow: Flow, url: URL) => 'taken' | 'ignored'

async function openListener(deps: SignInDeps, flow: Flow, receive: Receive): Promise<string> {
  const { redirectPath, redirectHost, ports } = flow.signIn
  const listener = await deps.listen((url) => receive(flow, url), ports)
  if (flow.stage !== 'waiting') await listener.close()
  refuseOvertaken(flow)
  flow.listener = listener
  return listener.redirectUri(redirectPath, redirectHost)
}

/** Starts listening where that is possible, and asks the provider's room for the page to open. */
export async function openFlow(
  deps: SignInDeps,
  flow: Flow,
  receive: Receive,
): Promise<{ authorizationUrl: string; redirectUri: string }> {
  const { call } = await deps.connections.callFor(flow.tenantId, flow.provider, flow.stopped.signal)
  const redirectUri = flow.signIn.paste ? pastePage(flow, call) : await openListener(deps, flow, receive)
  const codeChallenge = await oauth.calculatePKCECodeChallenge(flow.verifier)
  const proof = { state: flow.state, codeVerifier: flow.verifier }
  const authorizationUrl = await flow.signIn.authorizationUrl({ call, redirectUri, codeChallenge, ...proof })
  checkAuthorizationUrl(authorizationUrl, flow.state)
  refuseOvertaken(flow)
  return { authorizationUrl, redirectUri }
}
