/** The contract, implemented over the engine: who asks is judged here once, whichever way the call came. */
import { implement, type Router as RouterOf } from '@orpc/server'
import type { AiEvent } from '#shared/contract/ai'
import { type Contract, contract } from '#shared/contract/contract'
import type { News } from '#shared/contract/system'
import { AppError, failed } from '#shared/failure'
import type { Authority } from '../engine/access/access.ts'
import type { Actor, Engine, TenantEngine } from '../engine/engine.ts'
import type { CallContext } from './context.ts'
import { failureIn, toContractError } from './errors.ts'
import { refuseUnfit } from './fit-input.ts'
import { newsFor } from './news.ts'
import { createTenantDoor } from './tenant-door.ts'

export interface RouterDeps {
  engine: Engine
  /** Told the true error behind an `unexpected`. */
  onUnexpected(error: unknown): void
  /** Told who named a tenant that is not theirs. */
  onForeignTenant(caller: Authority, tenantId: string): void
}

export type Router = RouterOf<Contract, CallContext>

/** What a token of one tenant may ask of the installation. */
const openToTenants = new Set(['health', 'about', 'vault', 'providers.list', 'tenants.list'])

function requireInstallation(caller: Authority, what: string): void {
  if (caller.tenantId === null || openToTenants.has(what)) return
  throw failed('forbidden', 'This token belongs to one tenant; only the operator may do this.')
}

type Handler = (options: { input: never; context: CallContext; signal?: AbortSignal | undefined }) => Promise<unknown>
type Functions = Readonly<Record<string, (input: never, actor: Actor) => Promise<unknown>>>

/** Procedures of one area, each the engine's function of the same name. */
function handlersOf<K extends string>(
  names: readonly K[],
  functions: (context: CallContext, name: K) => Functions,
): Record<K, Handler> {
  const entries = names.map((name) => [
    name,
    async ({ input, context }: Parameters<Handler>[0]) => {
      const run = functions(context, name)[name]
      if (!run) throw failed('unsupported', `There is no ${name} here.`)
      return run(input, context.caller.actor)
    },
  ])
  return Object.fromEntries(entries) as Record<K, Handler>
}

const tenantAreas = [
  'connections',
  'oauth',
  'jobs',
  'schedules',
  'limits',
  'audit',
  'messaging',
  'telegram',
  'triggers',
  'sandbox',
  'verification',
  'files',
  'media',
  'ai',
  'billing',
  'agents',
  'runs',
  'approvals',
  'posts',
] as const
const tenantSystem = [
  'settings',
  'updateSettings',
  'notices',
  'acknowledge',
  'dismiss',
  'testPerson',
  'recoveryExport',
  'recoveryImport',
] as const
const installationSystem = ['health', 'about', 'vault', 'unlockVault', 'lockVault', 'changePassphrase'] as const

function installationHandlers({ installation }: Engine) {
  const area = (name: 'tenants' | 'tokens' | 'providers') =>
    handlersOf(Object.keys(contract[name]), ({ caller }, procedure) => {
      requireInstallation(caller, `${name}.${procedure}`)
      return installation[name] as Functions
    })
  const system = handlersOf(installationSystem, ({ caller }, procedure) => {
    requireInstallation(caller, procedure)
    return installation.system as unknown as Functions
  })
  return { tenants: area('tenants'), tokens: area('tokens'), providers: area('providers'), system }
}

function tenantHandlers({ engine, onForeignTenant }: RouterDeps) {
  const tenantOf = createTenantDoor(onForeignTenant)
  const open = (context: CallContext): TenantEngine => engine.forTenant(tenantOf(context))
  const areas = tenantAreas.map((name) => [
    name,
    handlersOf(Object.keys(contract[name]), (context) => open(context)[name] as unknown as Functions),
  ])
  const system = handlersOf(tenantSystem, (context) => open(context).system as unknown as Functions)
  return { areas: Object.fromEntries(areas) as Record<string, Record<string, Handler>>, system }
}

/** What would reach further than a tenant's token may: other tenants' work, or the tenant's own secrets. */
function forOperator(handle: Handler, why: string, reachesFar: (input: unknown) => boolean = () => true): Handler {
  return async (options) => {
    if (options.context.caller.tenantId !== null && reachesFar(options.input)) throw failed('forbidden', why)
    return handle(options)
  }
}

const pausesAll = (input: unknown) => (input as { scope: string }).scope === 'all'
const operatorOnly = {
  pause: 'This token belongs to one tenant; only the operator may pause or resume everything.',
  recoveryExport: 'A recovery export holds credentials; only the operator may make one.',
}

/** A token of one tenant sees its own tenant alone. */
function ownTenants(list: Handler): Handler {
  return async (options) => {
    const page = (await list(options)) as { items: { id: string }[] }
    const { tenantId } = options.context.caller
    return tenantId === null ? page : { ...page, items: page.items.filter(({ id }) => id === tenantId) }
  }
}

type Watched = Parameters<Handler>[0]

/** Procedures about models that can be called off; one of them flows. */
function aiHandlers({ engine, onForeignTenant, onUnexpected }: RouterDeps) {
  const tenantOf = createTenantDoor(onForeignTenant)
  const open = (context: CallContext) => engine.forTenant(tenantOf(context)).ai
  return {
    complete: ({ input, context, signal }: Watched) => open(context).complete(input, context.caller.actor, signal),
    async *stream({ input, context, signal }: Watched): AsyncGenerator<AiEvent> {
      try {
        yield* open(context).stream(input, context.caller.actor, signal)
      } catch (error) {
        const { failure, defect } = failureIn(error)
        if (defect !== undefined) onUnexpected(defect)
        throw toContractError(failure)
      }
    },
  }
}

/** Builds the router; every carrier serves the same one. */
export function createRouter(deps: RouterDeps): Router {
  const { engine, onUnexpected } = deps
  const installation = installationHandlers(engine)
  const tenant = tenantHandlers(deps)
  const jobs = tenant.areas.jobs as Record<string, Handler>
  const news: (options: { context: CallContext; signal?: AbortSignal | undefined }) => AsyncGenerator<News> = ({
    context,
    signal,
  }) => newsFor(engine.listen, context.caller.tenantId, signal)
  const handlers: Record<string, Record<string, unknown>> = {
    ...tenant.areas,
    ai: { ...tenant.areas.ai, ...aiHandlers(deps) },
    jobs: { ...jobs, pause: forOperator(jobs.pause as Handler, operatorOnly.pause, pausesAll) },
    tenants: { ...installation.tenants, list: ownTenants(installation.tenants.list as Handler) },
    tokens: installation.tokens,
    providers: installation.providers,
    system: {
      ...installation.system,
      ...tenant.system,
      recoveryExport: forOperator(tenant.system.recoveryExport, operatorOnly.recoveryExport),
      news,
    },
  }
  const base = implement(contract)
    .$context<CallContext>()
    .use(async ({ next }, input) => {
      try {
        refuseUnfit(input)
        return await next()
      } catch (error) {
        const { failure, defect } = failureIn(error)
        if (defect !== undefined) onUnexpected(defect)
        throw toContractError(failure)
      }
    })
  return base.router(assemble(base, handlers))
}

/** Gives each procedure of the contract its handler; one without is found at start, not when somebody asks. */
function assemble(base: unknown, handlers: Record<string, Record<string, unknown>>): Router {
  const areas = Object.entries(contract).map(([area, procedures]) => {
    const built = Object.keys(procedures).map((name) => {
      const handler = handlers[area]?.[name]
      if (!handler) throw new AppError({ kind: 'unexpected', message: `The contract's ${area}.${name} has no handler.` })
      const implementer = (base as Record<string, Record<string, { handler(handle: unknown): unknown }>>)[area]?.[name]
      return [name, implementer?.handler(handler)]
    })
    return [area, Object.fromEntries(built)]
  })
  return Object.fromEntries(areas) as Router
}
