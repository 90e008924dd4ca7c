/** Renews tokens ahead of their end: one flight a connection, compare-and-swap, and never a refresh token lost. */
import { spans } from '#shared/time'

/** What a credential with tokens holds beside its own fields. */
export interface Tokens {
  accessToken: string
  refreshToken?: string | undefined
  /** ms UTC. */
  expiresAt?: number | undefined
  scopes?: string[] | undefined
}

/**
 * The stored credential with renewed tokens in it.
 *
 * An empty refresh token never overwrites a stored one; an end that is not told is not carried over from the old token.
 */
export function mergeTokens<C extends object>(stored: C & Partial<Tokens>, renewed: Tokens): C & Tokens {
  const { expiresAt: _ended, ...kept } = stored
  const refreshToken = renewed.refreshToken || stored.refreshToken
  const scopes = renewed.scopes?.length ? renewed.scopes : stored.scopes
  return {
    ...(kept as C & Partial<Tokens>),
    accessToken: renewed.accessToken,
    ...(refreshToken ? { refreshToken } : {}),
    ...(renewed.expiresAt === undefined ? {} : { expiresAt: renewed.expiresAt }),
    ...(scopes ? { scopes } : {}),
  }
}

/** Whoever keeps credentials, by version. */
export interface TokenKeeper<C> {
  read(tenantId: string, provider: string): Promise<{ version: number; credential: C }>
  /** Stores durably if `version` is still the one in use; says whether it was. */
  replace(tenantId: string, provider: string, renewed: { version: number; credential: C; expiresAt?: number }): Promise<boolean>
}

export interface RefresherDeps<C> {
  keeper: TokenKeeper<C>
  now(): number
  /** How long before its end a token is renewed: 5 min unless said otherwise. */
  marginMs?: number
}

export interface Refresher<C> {
  /** The credential in use, renewed first where that is due. Stored before it is handed out. */
  current(tenantId: string, provider: string, renew: (credential: C) => Promise<Tokens>): Promise<C>
}

export function createRefresher<C extends Partial<Tokens> & object>(deps: RefresherDeps<C>): Refresher<C> {
  const { keeper, now, marginMs = 5 * spans.minute } = deps
  const flights = new Map<string, Promise<C>>()

  function isDue({ accessToken, expiresAt }: Partial<Tokens>): boolean {
    return !accessToken || (expiresAt !== undefined && expiresAt - marginMs <= now())
  }

  async function renewed(tenantId: string, provider: string, renew: (credential: C) => Promise<Tokens>): Promise<C> {
    const { version, credential } = await keeper.read(tenantId, provider)
    if (!isDue(credential)) return credential
    const merged = mergeTokens(credential, await renew(credential))
    const known = merged.expiresAt === undefined ? {} : { expiresAt: merged.expiresAt }
    const stored = await keeper.replace(tenantId, provider, { version, credential: merged, ...known })
    // Somebody else was faster (another process, a new sign-in): theirs is the one in use.
    return stored ? merged : (await keeper.read(tenantId, provider)).credential
  }

  return {
    current(tenantId, provider, renew) {
      const key = `${tenantId}/${provider}`
      const flight = flights.get(key)
      if (flight) return flight
      const own = renewed(tenantId, provider, renew).finally(() => flights.delete(key))
      flights.set(key, own)
      return own
    },
  }
}
