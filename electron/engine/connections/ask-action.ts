/** Runs one action of a provider for the product itself, outside the queue: what a person waits for, or what only prepares. */
import { v7 as uuidv7 } from 'uuid'
import type { z } from 'zod'
import { AppError, failed } from '#shared/failure'
import type { AnyProvider } from '../../kit/define.ts'
import { callFailure } from '../../kit/make-call.ts'
import type { Caller } from './caller.ts'

export interface Asked {
  provider: string
  action: string
  input: unknown
  signal?: AbortSignal
}

/** The output of the action. Its refusals are thrown as they are told. */
export type AskAction = (tenantId: string, asked: Asked) => Promise<Record<string, unknown>>

const patienceMs = 60_000

export function createAskAction(caller: Caller, catalog: Readonly<Record<string, AnyProvider>>): AskAction {
  return async (tenantId, { provider: id, action: name, input, signal = AbortSignal.timeout(patienceMs) }) => {
    const provider = catalog[id]
    const action = provider?.actions[name]
    if (!provider || !action) throw failed('unsupported', `This build has no ${id} ${name}.`)
    const key = uuidv7()
    const { call, exchange } = await caller.makeCall({ tenantId, provider, repeat: action.repeat, key, signal })
    try {
      const output = await action.run(action.input.parse(input) as z.output<typeof action.input>, call)
      return action.output.parse(output) as Record<string, unknown>
    } catch (error) {
      throw new AppError(callFailure(error, exchange, action.repeat), { cause: error })
    }
  }
}
