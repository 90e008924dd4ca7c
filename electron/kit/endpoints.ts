/** Base URLs of a provider, as the tenant set them: https anywhere, http to loopback only. */
import { z } from 'zod'
import { failed } from '#shared/failure'

const loopback = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Whether an URL points to this machine. */
export function isLoopback(url: URL): boolean {
  return loopback.has(url.hostname)
}

/** One base URL: https, or http to loopback; no userinfo, query or fragment. */
export const BaseUrl = z
  .string()
  .max(500)
  .refine((raw) => {
    if (!URL.canParse(raw)) return false
    const url = new URL(raw)
    const scheme = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
    return scheme && !url.username && !url.password && !url.search && !url.hash
  }, 'must be an https URL, or http to this machine (127.0.0.1), without query, fragment or user')

/** The setting `endpoint` that every provider has: one base URL for all hosts, or one per host. */
export const Endpoint = z.union([BaseUrl, z.record(z.string(), BaseUrl)]).meta({
  title: 'Endpoint',
  help: 'Only for national clouds, self-hosted servers and proxies. Leave empty otherwise.',
  advanced: true,
})
/** The setting `endpoint`. */
export type Endpoint = z.infer<typeof Endpoint>

/** Resolves every host of a manifest to the base URL in use, without a slash at its end. */
export function resolveEndpoints(
  hosts: Readonly<Record<string, string>>,
  endpoint: Endpoint | undefined,
): Record<string, string> {
  const given =
    typeof endpoint === 'string' ? Object.fromEntries(Object.keys(hosts).map((name) => [name, endpoint])) : (endpoint ?? {})
  const strangers = Object.keys(given).filter((name) => !(name in hosts))
  if (strangers.length > 0) {
    const fields = strangers.map((name) => ({
      path: `settings.endpoint.${name}`,
      message: `is not a host of this provider (${Object.keys(hosts).join(', ')})`,
    }))
    throw failed('invalid', `The endpoint names an unknown host: ${strangers.join(', ')}.`, { fields })
  }
  return Object.fromEntries(Object.entries({ ...hosts, ...given }).map(([name, url]) => [name, url.replace(/\/+$/, '')]))
}

/** Whether a request stays under one of the base URLs in use. Compared as parsed URLs, path segment by segment. */
export function staysUnder(url: URL, bases: readonly string[]): boolean {
  return bases.some((base) => {
    const allowed = new URL(base)
    const path = allowed.pathname.endsWith('/') ? allowed.pathname : `${allowed.pathname}/`
    return url.origin === allowed.origin && `${url.pathname}/`.startsWith(path)
  })
}

/**
 * Moves an address that a provider named to the endpoint in use, where it lies on one of the manifest's hosts.
 *
 * Why   a stand-in or proxy may repeat the provider's own addresses; following those would leave the endpoint
 */
export function followTo(
  address: string,
  hosts: Readonly<Record<string, string>>,
  bases: Readonly<Record<string, string>>,
): string {
  const url = new URL(address)
  if (staysUnder(url, Object.values(bases))) return url.href
  const host = Object.keys(hosts).find((name) => staysUnder(url, [hosts[name] ?? '']))
  const base = host === undefined ? undefined : bases[host]
  return base === undefined ? url.href : `${base}${url.pathname}${url.search}`
}
