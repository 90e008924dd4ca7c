/** Carries the contract over a message port: the desktop's page asks as the operator. */
import { RPCHandler } from '@orpc/server/message-port'
import type { Actor } from '../engine/engine.ts'
import { type CallContext, withTenantHeader } from './context.ts'
import type { Router } from './router.ts'

type ServedPort = Parameters<RPCHandler<CallContext>['upgrade']>[0]

export function serveMessagePort(port: ServedPort, router: Router, { actor }: { actor: Actor }): void {
  const handler = new RPCHandler<CallContext>(router, { rootInterceptors: [withTenantHeader] })
  handler.upgrade(port, { context: { caller: { actor, tenantId: null }, tenantHeader: undefined } })
}
