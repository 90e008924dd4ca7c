/** Who does an order: providers by job kind, and for posts by platform. Pure. */
import type { ServedKind } from '#shared/job-kinds'
import type { PlatformId } from '#shared/social/post'
import type { AnyProvider } from '../../kit/define.ts'

type Catalog = Readonly<Record<string, AnyProvider>>

/** The part of a post that decides who publishes it. */
interface PostOrder {
  platform?: PlatformId
  /** Names one of several that publish on the same platform. */
  site?: string
}

/** The action with which a provider does an order; undefined when it does not. */
export function actionServing(provider: AnyProvider, kind: string, input: unknown): string | undefined {
  if (kind !== 'SOCIAL_POST') return provider.serves[kind as ServedKind]
  const { platform, site } = input as PostOrder
  if (platform === undefined || (site !== undefined && site !== provider.id)) return undefined
  return provider.publishes?.[platform]
}

/** Providers that do an order, in the tenant's order where several do. */
export function servingProviders(
  catalog: Catalog,
  order: { kind: string; input: unknown },
  preferred: readonly string[],
): AnyProvider[] {
  const serving = Object.values(catalog).filter((provider) => actionServing(provider, order.kind, order.input) !== undefined)
  const place = (provider: AnyProvider) => (preferred.includes(provider.id) ? preferred.indexOf(provider.id) : preferred.length)
  return serving.sort((a, b) => place(a) - place(b))
}
