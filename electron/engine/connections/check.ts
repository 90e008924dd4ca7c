/** The check: a harmless real call that names the account, tried on a credential before or after it is stored. */

import { v7 as uuidv7 } from 'uuid'
import { type Failure, failed } from '#shared/failure'
import type { AnyProvider, CheckResult } from '../../kit/define.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { Database } from '../database/open.ts'
import type { Caller } from './caller.ts'
import type { Proofs } from './proofs.ts'

/** `renewed` is the credential that took the place of the one tried, where the provider gave another. */
export type Checked = ({ ok: true; result: CheckResult } | { ok: false; failure: Failure }) & { renewed?: unknown }

export interface Checks {
  /** Calls the provider; `trial` tries a credential that is not stored. Nothing is recorded. */
  ask(
    tenantId: string,
    provider: AnyProvider,
    trial?: { credential: unknown; settings: Record<string, unknown> },
  ): Promise<Checked>
  /** Records what a check found: proof, account, capabilities. */
  record(tenantId: string, provider: AnyProvider, checked: Checked): Promise<void>
}

/** A check is abandoned after this long. */
const patienceMs = 30_000

export function createChecks(database: Database, caller: Caller, proofs: Proofs): Checks {
  const found = database.sqlite.prepare(
    `UPDATE connections SET account = @account, unavailable = @unavailable, scopes = coalesce(@scopes, scopes), expires_at = coalesce(@expiresAt, expires_at)
     WHERE tenant_id = @tenantId AND provider = @provider`,
  )

  return {
    async ask(tenantId, provider, trial) {
      const signal = AbortSignal.timeout(patienceMs)
      let renewed: { renewed?: unknown } = {}
      const onRenewed = (credential: unknown) => {
        renewed = { renewed: credential }
      }
      const tried = trial ? { trial: { ...trial, onRenewed } } : {}
      const order = { tenantId, provider, repeat: 'safe' as const, key: uuidv7(), signal, ...tried }
      const { call, exchange } = await caller.makeCall(order)
      try {
        const result = await provider.check.run(call)
        return { ok: true, result, ...renewed }
      } catch (error) {
        return { ok: false, failure: callFailure(error, exchange, 'safe'), ...renewed }
      }
    },
    record(tenantId, provider, checked) {
      return database.write((tx) => {
        if (checked.ok) {
          const { account, unavailable = {}, scopes, expiresAt } = checked.result
          found.run({
            tenantId,
            provider: provider.id,
            account: JSON.stringify(account),
            unavailable: JSON.stringify(unavailable),
            scopes: scopes ? JSON.stringify(scopes) : null,
            expiresAt: expiresAt ?? null,
          })
        }
        const failure = checked.ok ? undefined : checked.failure
        proofs.record(tx, {
          tenantId,
          provider: provider.id,
          call: provider.check.call,
          always: true,
          ...(failure ? { failure } : {}),
        })
      })
    },
  }
}

/** Refuses to put a credential of another account in place of the stored one unless that was confirmed. */
export function pinAccount(stored: string | null | undefined, found: CheckResult['account'], replace: boolean): void {
  const known = stored ? (JSON.parse(stored) as CheckResult['account']) : undefined
  if (!known || replace || known.id === found.id) return
  throw failed(
    'conflict',
    `This credential belongs to ${found.name}; connected is ${known.name}. Confirm that the account is to be replaced, or use a credential of ${known.name}.`,
    {
      code: 'other_account',
      action: { label: 'Replace the account' },
    },
  )
}
