/** Makes the redactor know every credential of a tenant, used or not, before words of that tenant go to a model. */
import { AppError } from '#shared/failure'
import type { ConnectionKeeper } from './keeper.ts'
import type { ConnectionReader } from './rows.ts'

export interface KnownSecretsDeps {
  connections: Pick<ConnectionReader, 'connected'>
  keeper: Pick<ConnectionKeeper, 'read'>
  add(values: unknown): void
}

export function createKnownSecrets({ connections, keeper, add }: KnownSecretsDeps): (tenantId: string) => Promise<void> {
  async function know(tenantId: string, provider: string): Promise<void> {
    try {
      add((await keeper.read(tenantId, provider)).credential)
    } catch (error) {
      // What cannot be read here is of no use to anybody here either; one lost credential must not silence every agent.
      if (!(error instanceof AppError)) throw error
    }
  }
  return async (tenantId) => {
    const mine = connections.connected().filter((connection) => connection.tenantId === tenantId)
    await Promise.all(mine.map(({ provider }) => know(tenantId, provider)))
  }
}
