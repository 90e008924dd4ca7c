/** The contract over WebSocket against a running `serve`, as a local program with a token would use it. */
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { Contract } from '#shared/contract/contract'
import type { RunningServe } from './running-serve.ts'

export type RpcClient = ContractRouterClient<Contract>

export interface RunningRpc {
  client: RpcClient
  close(): void
}

/** Opens a socket for one tenant; rejects when the door is shut. */
export async function openRpc({ url, token }: Pick<RunningServe, 'url' | 'token'>, tenantId = 'demo'): Promise<RunningRpc> {
  const websocket = new WebSocket(`${url.replace('http', 'ws')}/rpc`, { headers: { authorization: `Bearer ${token}` } })
  await new Promise<void>((resolve, reject) => {
    websocket.once('open', () => resolve())
    websocket.once('error', reject)
  })
  // A socket cut by a killed process is told to the calls under way; it needs no second listener.
  websocket.on('error', () => websocket.terminate())
  const link = new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket, headers: { 'x-tenant-id': tenantId } })
  return { client: createORPCClient(link), close: () => websocket.terminate() }
}
