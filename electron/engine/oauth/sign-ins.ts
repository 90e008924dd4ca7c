/** Sign-ins in the system browser: one flow a connection, ten minutes, one answer, and nothing stored for another account unasked. */
import type { SignInStatus } from '#shared/contract/connections'
import { type Failure, failed, toFailure } from '#shared/failure'
import { toInstant } from '#shared/time'
import type { Call } from '../../kit/call.ts'
import type { AnyProvider, SignedIn } from '../../kit/define.ts'
import type { Exchange } from '../../kit/fetch.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { AuditEntry } from '../audit/append.ts'
import type { Actor } from '../engine.ts'
import { readAnswer } from './answer.ts'
import { type Account, active, type Flow, patienceMs, type RedirectListener, type Stage, toStatus } from './flow.ts'

import { newFlow, openFlow } from './opening.ts'
import { readPasted } from './pasted.ts'

/** Opens a listener on this machine, on the first of `ports` that is free, or on any. The answer to `onRequest` says whether the flow took what came. */
export type Listen = (onRequest: (url: URL) => 'taken' | 'ignored', ports?: readonly number[]) => Promise<RedirectListener>

export interface SignInDeps {
  now(): number
  /** Calls `run` once after `ms`; the answer calls it off. */
  after(ms: number, run: () => void): () => void
  providerOf(id: string): AnyProvider | undefined
  listen: Listen
  connections: {
    /** A call with the stored credential and settings. */
    callFor(tenantId: string, provider: AnyProvider, signal: AbortSignal): Promise<{ call: Call; exchange: Exchange }>
    accountOf(tenantId: string, provider: string): Account | undefined
    storeSignedIn(tenantId: string, provider: AnyProvider, signedIn: SignedIn<unknown>, actor: Actor): Promise<void>
  }
  announce(topic: 'signin.changed', tenantId: string, provider: string): void
  audit(tenantId: string, entry: AuditEntry): Promise<void>
  /** Told of what broke behind a flow that has already ended. */
  onUnexpected(error: unknown): void
}

export interface SignIns {
  start(
    tenantId: string,
    provider: string,
    options: { replaceAccount?: boolean; actor: Actor },
  ): Promise<{ authorizationUrl: string; expiresAt: string; redirectUri: string }>
  status(tenantId: string, provider: string): SignInStatus
  cancel(tenantId: string, provider: string, actor: Actor): Promise<SignInStatus>
  /** Takes the address that a person copied out of the browser, as if the browser had come here with it. */
  paste(tenantId: string, provider: string, address: string): Promise<SignInStatus>
  confirm(tenantId: string, provider: string, replace: boolean, actor: Actor): Promise<SignInStatus>
  /** Ends every flow and closes every listener. */
  stop(): Promise<void>
}

export function createSignIns(deps: SignInDeps): SignIns {
  const { now, after, connections } = deps
  const flows = new Map<string, Flow>()
  const underWay = new Set<Promise<void>>()
  const keyOf = (tenantId: string, provider: string) => `${tenantId}/${provider}`

  function providerOf(id: string): AnyProvider {
    const provider = deps.providerOf(id)
    if (!provider) throw failed('not_found', `There is no provider ${id}.`)
    return provider
  }

  function note(flow: Flow, action: string, outcome: AuditEntry['outcome'], detail: Record<string, unknown> = {}): Promise<void> {
    const target = { kind: 'connection', id: flow.provider.id }
    return deps.audit(flow.tenantId, { actor: flow.actor, action, outcome, target, detail })
  }

  /** What nobody waits for, until `stop` does. */
  function inBackground(work: Promise<void>): void {
    const done = work.catch(deps.onUnexpected).finally(() => underWay.delete(done))
    underWay.add(done)
  }

  function closeListener(flow: Flow): void {
    flow.callOff?.()
    const { listener } = flow
    delete flow.listener
    if (listener) inBackground(listener.close())
  }

  function move(flow: Flow, stage: Stage): void {
    flow.stage = stage
    deps.announce('signin.changed', flow.tenantId, flow.provider.id)
  }

  /** Ends a flow that was active; nothing of it is kept but how it ended. */
  function end(flow: Flow, stage: Stage, failure?: Failure): void {
    if (!active.includes(flow.stage)) return
    closeListener(flow)
    flow.stopped.abort()
    delete flow.pending
    if (failure) flow.failure = failure
    move(flow, stage)
  }

  function expire(flow: Flow): void {
    if (flow.stage !== 'waiting' && flow.stage !== 'confirm_account') return
    const failure = failed('cancelled', 'Nobody finished the sign-in within ten minutes. Start it again.').failure
    end(flow, 'expired', failure)
    inBackground(note(flow, 'sign_in.expired', 'failed'))
  }

  function flowOf(tenantId: string, provider: string): Flow | undefined {
    const flow = flows.get(keyOf(tenantId, provider))
    if (flow && now() >= flow.expiresAt) expire(flow)
    return flow
  }

  function expectedOf(flow: Flow, call: Call): Account | undefined {
    if (flow.signIn.account) return flow.signIn.account(call.credential)
    return connections.accountOf(flow.tenantId, flow.provider.id)
  }

  async function store(flow: Flow, signedIn: SignedIn<unknown>): Promise<void> {
    await connections.storeSignedIn(flow.tenantId, flow.provider, signedIn, flow.actor)
    delete flow.pending
    closeListener(flow)
    move(flow, 'connected')
    await note(flow, 'sign_in.completed', 'ok', { account: signedIn.account?.id ?? null, scopes: signedIn.scopes ?? [] })
  }

  /** Tries a step of a flow; what it throws is how the flow ends. */
  async function orFail(flow: Flow, step: () => Promise<void>, judge: (error: unknown) => Failure = toFailure): Promise<void> {
    try {
      await step()
    } catch (error) {
      if (!active.includes(flow.stage)) {
        if (flow.stage === 'connected') deps.onUnexpected(error)
        return
      }
      const failure = judge(error)
      end(flow, 'failed', failure)
      await note(flow, 'sign_in.failed', 'failed', { failure: failure.kind, code: failure.code ?? null })
    }
  }

  async function redeem(flow: Flow, code: string): Promise<void> {
    let exchange: Exchange | undefined
    const step = async () => {
      const made = await connections.callFor(flow.tenantId, flow.provider, flow.stopped.signal)
      exchange = made.exchange
      const { call } = made
      const redirectUri = flow.redirectUri ?? ''
      const signedIn = await flow.signIn.redeem({ call, redirectUri, code, codeVerifier: flow.verifier })
      if (flow.stage !== 'finishing') return
      exchange = undefined
      const expected = expectedOf(flow, call)
      if (expected && !flow.replaceAccount && expected.id !== signedIn.account?.id) {
        Object.assign(flow, { pending: signedIn, expected })
        flow.expiresAt = now() + patienceMs
        flow.callOff = after(patienceMs, () => expire(flow))
        move(flow, 'confirm_account')
        return
      }
      await store(flow, signedIn)
    }
    await orFail(flow, step, (error) => (exchange ? callFailure(error, exchange, 'safe') : toFailure(error)))
  }

  function noteStranger(flow: Flow, why: string): void {
    if (flow.strangerNoted) return
    flow.strangerNoted = true
    inBackground(note(flow, 'sign_in.answer_ignored', 'refused', { why }))
  }

  function receive(flow: Flow, url: URL): 'taken' | 'ignored' {
    if (now() >= flow.expiresAt) expire(flow)
    if (flow.stage !== 'waiting' || url.pathname !== (flow.signIn.redirectPath || '/')) return 'ignored'
    return take(flow, url.searchParams)
  }

  function take(flow: Flow, query: URLSearchParams): 'taken' | 'ignored' {
    const answer = readAnswer(query, flow.state, flow.signIn.issuer)
    if (answer.is === 'ignored') {
      noteStranger(flow, answer.why)
      return 'ignored'
    }
    if (answer.is === 'refusal') {
      end(flow, 'failed', answer.failure)
      inBackground(note(flow, 'sign_in.failed', 'failed', { failure: answer.failure.kind, code: answer.failure.code ?? null }))
      return 'taken'
    }
    closeListener(flow)
    move(flow, 'finishing')
    inBackground(redeem(flow, answer.code))
    return 'taken'
  }

  return {
    async start(tenantId, id, options) {
      const flow = newFlow({ tenantId, provider: providerOf(id), now: now() }, options)
      const earlier = flows.get(keyOf(tenantId, id))
      flows.set(keyOf(tenantId, id), flow)
      if (earlier) end(earlier, 'cancelled')
      try {
        const opened = await openFlow(deps, flow, receive)
        Object.assign(flow, opened)
        flow.callOff = after(flow.expiresAt - now(), () => expire(flow))
        await note(flow, 'sign_in.started', 'ok')
        deps.announce('signin.changed', tenantId, id)
        return { ...opened, expiresAt: toInstant(flow.expiresAt) }
      } catch (error) {
        end(flow, 'failed', toFailure(error))
        throw error
      }
    },
    status(tenantId, provider) {
      const flow = flowOf(tenantId, provider)
      return flow ? toStatus(flow) : { stage: 'none' }
    },
    async cancel(tenantId, provider, actor) {
      const flow = flowOf(tenantId, provider)
      if (!flow) return { stage: 'none' }
      if (active.includes(flow.stage)) {
        end(flow, 'cancelled')
        await note({ ...flow, actor }, 'sign_in.cancelled', 'ok')
      }
      return toStatus(flow)
    },
    async paste(tenantId, provider, address) {
      const flow = flowOf(tenantId, provider)
      if (!flow?.redirectUri || flow.stage !== 'waiting')
        throw failed('conflict', 'No sign-in waits for an address. Start it again.')
      if (take(flow, readPasted(address, flow.redirectUri)) === 'taken') return toStatus(flow)
      throw failed('rejected', 'This address belongs to another sign-in, or to one that has ended. Copy the newest one.', {
        code: 'state_mismatch',
      })
    },
    async confirm(tenantId, provider, replace, actor) {
      const flow = flowOf(tenantId, provider)
      const pending = flow?.pending
      if (!flow || !pending || flow.stage !== 'confirm_account') throw failed('conflict', 'No sign-in waits for this answer.')
      flow.actor = actor
      if (!replace) {
        end(flow, 'cancelled')
        await note(flow, 'sign_in.cancelled', 'ok', { kept: flow.expected?.id ?? null })
        return toStatus(flow)
      }
      flow.callOff?.()
      move(flow, 'finishing')
      await orFail(flow, () => store(flow, pending))
      return toStatus(flow)
    },
    async stop() {
      for (const flow of flows.values()) end(flow, 'cancelled')
      await Promise.allSettled([...underWay])
    },
  }
}
