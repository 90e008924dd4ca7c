/** Fetches what somebody named by address. Nobody may make this machine look around in its own network. */
import { lookup as resolve } from 'node:dns'
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { BlockList, isIPv6, type LookupFunction } from 'node:net'
import { failed } from '#shared/failure'
import type { Download } from '../engine/media/open-media.ts'
import { isLoopback } from '../kit/endpoints.ts'

const mostRedirects = 4
const silenceMs = 30_000

/** Networks that are nobody's address on the internet. */
const inside = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  inside.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  inside.addSubnet(net, bits, 'ipv6')
}

/** Whether an address lies in a network of this machine or its neighbours. */
export function isInside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return inside.check(mapped, 'ipv4')
  return inside.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

/** Judged where the name becomes an address, so that a name cannot change its mind in between. */
const lookupOutside: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const bad = addresses?.some(({ address }) => isInside(address))
    const refusal = bad ? Object.assign(new Error('private address'), { code: 'EPRIVATE' }) : error
    if (refusal) return callback(refusal, [])
    if (options.all) return callback(null, addresses)
    const first = addresses[0]
    callback(null, first?.address ?? '', first?.family)
  })
}

function open(url: URL, anyHost: boolean, signal: AbortSignal): Promise<IncomingMessage> {
  const bare = url.hostname.replace(/^\[|\]$/g, '')
  const literal = /^[\d.]+$/.test(bare) || isIPv6(bare)
  const allowed = anyHost || (url.protocol === 'https:' && !(literal && isInside(bare)))
  if (!allowed || (url.protocol === 'http:' && !isLoopback(url)) || !/^https?:$/.test(url.protocol)) {
    return Promise.reject(failed('invalid', `${url.host} is no public https address; the medium was not fetched.`))
  }
  return new Promise((settle, reject) => {
    const options = { signal, headers: { accept: '*/*' }, ...(anyHost ? {} : { lookup: lookupOutside }) }
    const asked: ClientRequest = (url.protocol === 'http:' ? plainRequest : request)(url, options, settle)
    asked.setTimeout(silenceMs, () => asked.destroy(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })))
    asked.on('error', (error: NodeJS.ErrnoException) => reject(toFailure(error, url)))
    asked.end()
  })
}

function toFailure(error: NodeJS.ErrnoException, url: URL) {
  if (error.code === 'EPRIVATE') return failed('invalid', `${url.host} lies in a private network; the medium was not fetched.`)
  return failed('unavailable', `The medium at ${url.host} could not be fetched (${error.code ?? 'no answer'}).`)
}

function refuseStatus(response: IncomingMessage, url: URL) {
  response.resume()
  const status = response.statusCode ?? 0
  const kind = status >= 500 || status === 429 ? 'unavailable' : 'not_found'
  return failed(kind, `The medium could not be fetched: ${url.host} answered ${status}.`)
}

async function* capped(response: IncomingMessage, mostBytes: number, url: URL): AsyncGenerator<Uint8Array> {
  let size = 0
  try {
    for await (const piece of response as AsyncIterable<Uint8Array>) {
      size += piece.byteLength
      if (size > mostBytes) break
      yield piece
    }
  } catch (error) {
    throw toFailure(error as NodeJS.ErrnoException, url)
  }
  if (size > mostBytes) throw failed('rejected', `The medium at ${url.host} is larger than ${mostBytes} bytes.`)
  const told = Number(response.headers['content-length'] ?? size)
  if (told !== size) throw failed('unavailable', `The medium at ${url.host} broke off before its end.`)
}

export const download: Download = async (address, { signal, mostBytes, anyHost }) => {
  let url = new URL(address)
  const { origin } = url
  for (let turn = 0; turn <= mostRedirects; turn += 1) {
    // Whoever was named is trusted; where it leads to is not.
    const response = await open(url, anyHost && url.origin === origin, signal)
    const status = response.statusCode ?? 0
    const { location } = response.headers
    if (status >= 300 && status < 400 && location) {
      response.resume()
      url = new URL(location, url)
      continue
    }
    if (status !== 200) throw refuseStatus(response, url)
    return { contentType: response.headers['content-type'], bytes: capped(response, mostBytes, url) }
  }
  throw failed('rejected', `The medium at ${url.host} leads from one address to the next.`)
}
