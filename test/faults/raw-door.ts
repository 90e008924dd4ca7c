/** Requests that no honest client writes, byte by byte: other names, smuggled requests, broken heads, sockets of other pages. */

export interface Refused {
  what: string
  bytes: string
}

const end = '\r\n\r\n'

function get(path: string, ...headers: readonly string[]): string {
  return [`GET ${path} HTTP/1.1`, ...headers, 'Connection: close'].join('\r\n') + end
}

/** Names under which this machine may be asked by a page of somebody else. */
function otherHosts(port: number): string[] {
  const names = [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'evil.example#127.0.0.1',
    'evil@127.0.0.1',
    '127.0.0.1@evil.example',
    '127.0.0.2',
    '127.1',
    '0.0.0.0',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.0.0.1.',
    'localhost.',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[0:0:0:0:0:0:0:1]',
    'atlas.local',
    '192.168.0.1',
    'metadata.google.internal',
  ]
  return [
    ...names.map((name) => `${name}:${port}`),
    '127.0.0.1',
    'localhost',
    '127.0.0.1:1',
    `127.0.0.1:${port}0`,
    `127.0.0.1: ${port}`,
    '',
    ' ',
  ]
}

const paths = ['/v1/health', '/v1/openapi.json', '/v1/jobs', '/', '/session', '/rpc']

const origins = [
  'http://evil.example',
  'https://127.0.0.1',
  'null',
  'file://',
  'http://127.0.0.1',
  'http://localhost:1',
  'app://atlas',
  '',
]

function rebinding(port: number, token: string): Refused[] {
  const own = `Host: 127.0.0.1:${port}`
  const bearer = `Authorization: Bearer ${token}`
  const hosts = otherHosts(port).flatMap((host) =>
    paths.map((path) => ({ what: `Host "${host}" at ${path}`, bytes: get(path, `Host: ${host}`, bearer) })),
  )
  const pages = origins.flatMap((origin) =>
    paths.map((path) => ({ what: `Origin "${origin}" at ${path}`, bytes: get(path, own, bearer, `Origin: ${origin}`) })),
  )
  const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
  const sockets = origins.map((origin) => ({
    what: `a socket of "${origin}"`,
    bytes: [`GET /rpc HTTP/1.1`, own, bearer, `Origin: ${origin}`, 'Connection: Upgrade', ...upgrade].join('\r\n') + end,
  }))
  const sites = ['fetch', 'no-cors', 'cors'].map((mode) => ({
    what: `a request across sites (${mode})`,
    bytes: get('/v1/health', own, bearer, 'Sec-Fetch-Site: cross-site', `Sec-Fetch-Mode: ${mode}`),
  }))
  const twice = [
    { what: 'two hosts', bytes: get('/v1/health', own, 'Host: evil.example') },
    { what: 'no host', bytes: get('/v1/health', bearer) },
    { what: 'an absolute address', bytes: get('http://evil.example/v1/health', own, bearer) },
    { what: 'an absolute address of our own', bytes: get(`http://127.0.0.1:${port}/v1/health`, own, bearer) },
  ]
  return [...hosts, ...pages, ...sockets, ...sites, ...twice]
}

/** Heads that are broken, folded, endless, or of another protocol. */
function brokenHeads(port: number, own: string): readonly (readonly [string, string])[] {
  return [
    ['a folded header', `GET /v1/jobs HTTP/1.1\r\n${own}\r\nX-A: a\r\n b: c\r\n\r\n`],
    ['a header that begins with a space', `GET /v1/jobs HTTP/1.1\r\n Host: a\r\n${own}\r\n\r\n`],
    ['a space before the colon', `GET /v1/jobs HTTP/1.1\r\n${own}\r\nX-A : b\r\n\r\n`],
    ['a header without a colon', `GET /v1/jobs HTTP/1.1\r\n${own}\r\nnonsense\r\n\r\n`],
    ['a NUL in a header', `GET /v1/jobs HTTP/1.1\r\n${own}\r\nX-A: a\u0000b\r\n\r\n`],
    ['a bare CR in a header', `GET /v1/jobs HTTP/1.1\r\n${own}\r\nX-A: a\rb: c\r\n\r\n`],
    ['a bare LF after a header', `GET /v1/jobs HTTP/1.1\r\n${own}\r\nX-A: a\nX-B: b\r\n\r\n`],
    ['bare LFs alone', `GET /v1/jobs HTTP/1.1\nHost: 127.0.0.1:${port}\n\n`],
    ['a request line of HTTP/0.9', 'GET /v1/health\r\n\r\n'],
    ['HTTP/2 in the open', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a known caller without a version', `GET /v1/health\r\n${own}\r\n\r\n`],
    ['a known caller in HTTP/0.9', `GET /v1/health HTTP/0.9\r\n${own}\r\n\r\n`],
    ['a known caller in HTTP/2.0', `GET /v1/health HTTP/2.0\r\n${own}\r\n\r\n`],
    ['HTTP/3.0', `GET /v1/health HTTP/3.0\r\n${own}\r\n\r\n`],
    ['a lower-case version', `GET /v1/health http/1.1\r\n${own}\r\n\r\n`],
    ['a space in the path', `GET /v1/ health HTTP/1.1\r\n${own}\r\n\r\n`],
    ['a NUL in the path', `GET /v1/he\u0000alth HTTP/1.1\r\n${own}\r\n\r\n`],
    ['a head of 20 kB', `GET /v1/health HTTP/1.1\r\n${own}\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['a path of 20 kB', `GET /v1/${'a'.repeat(20_000)} HTTP/1.1\r\n${own}\r\n\r\n`],
    ['two thousand headers', `GET /v1/health HTTP/1.1\r\n${own}\r\n${'A: b\r\n'.repeat(2_000)}\r\n`],
    ['a TLS hello', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003'],
    ['no HTTP at all', 'HELLO\r\n\r\n'],
    ...['TRACE', 'CONNECT', 'OPTIONS', 'PROPFIND', 'TRACK', 'DEBUG', 'BREW', 'get', 'PURGE', 'LOCK'].map(
      (method): [string, string] => [
        `the method ${method}`,
        `${method} /v1/health HTTP/1.1\r\n${own}\r\nConnection: close\r\n\r\n`,
      ],
    ),
  ]
}

/** Each carries a second request that a front server would not have seen; it must never be answered. */
function smuggling(port: number, token: string): Refused[] {
  const own = `Host: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nX-Tenant-Id: demo\r\nContent-Type: application/json`
  const hidden = `GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  const post = (headers: string, body = '') => `POST /v1/jobs HTTP/1.1\r\n${own}\r\n${headers}\r\n\r\n${body}`
  const lengths = [
    'Content-Length: 5\r\nContent-Length: 6',
    'Content-Length: 0\r\nContent-Length: 50',
    'Content-Length: 5, 6',
    'Content-Length: +5',
    'Content-Length: -1',
    'Content-Length: 0x5',
    'Content-Length: 5 5',
    'Content-Length: 9999999999999999999999',
    'Content-Length:\t',
    'Content-Length : 5',
    'Content-Length: 1e2',
    'Content-Length: five',
  ]
  const codings = [
    'chunked',
    'chunked, chunked',
    'xchunked',
    'chunked\r\nTransfer-Encoding: identity',
    'identity, chunked',
    '"chunked"',
    'chunked;q=1',
    ' chunked',
    '\tchunked',
    'CHUNKED',
    'chunked, identity',
    'gzip, chunked',
    '\u000bchunked',
  ]
  const chunks = [
    '0\n\n',
    '5\r\nhello0\r\n\r\n',
    'FFFFFFFFFFFFFFFFF\r\n',
    '-1\r\n\r\n',
    '0x5\r\nhello\r\n0\r\n\r\n',
    '5;ext=\r\n\n\r\nhello\r\n0\r\n\r\n',
    '5\rhello',
    ' 5\r\nhello\r\n0\r\n\r\n',
    '\r\n0\r\n\r\n',
    '5\r\nhelloXX0\r\n\r\n',
  ]
  return [
    ...lengths.map((line) => ({ what: JSON.stringify(line), bytes: post(line, `hello${hidden}`) })),
    ...codings.map((coding) => ({
      what: `Transfer-Encoding: ${JSON.stringify(coding)} and a length`,
      bytes: post(`Content-Length: 4\r\nTransfer-Encoding: ${coding}`, `0\r\n\r\n${hidden}`),
    })),
    ...codings.map((coding) => ({
      what: `Transfer-Encoding: ${JSON.stringify(coding)}`,
      bytes: post(`Transfer-Encoding: ${coding}`, '5\r\nhello\r\n0\r\n\r\n'),
    })),
    ...chunks.map((chunk) => ({ what: `the chunk ${JSON.stringify(chunk)}`, bytes: post('Transfer-Encoding: chunked', chunk) })),
    ...brokenHeads(port, own).map(([what, bytes]) => ({ what, bytes })),
  ]
}

/** Every request that must not be served, for a port and with a token that would be good. */
export function refusedRequests(port: number, token: string): Refused[] {
  return [...rebinding(port, token), ...smuggling(port, token)]
}
