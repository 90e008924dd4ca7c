/** Signs a request to CloudKit with a server-to-server key. Pure but for the platform's cryptography. */
import { failed } from '#shared/failure'

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes))

/** One number of a signature as ASN.1 writes it: no leading zeros, and one where it would pass for negative. */
function derInteger(bytes: Uint8Array): number[] {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? [0] : [...bytes.slice(first)]
  const value = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits
  return [0x02, value.length, ...value]
}

/** The platform writes r and s one after the other; Apple reads a DER sequence of both. */
export function toDer(signature: Uint8Array): Uint8Array<ArrayBuffer> {
  const half = signature.length / 2
  const body = [...derInteger(signature.slice(0, half)), ...derInteger(signature.slice(half))]
  return new Uint8Array([0x30, body.length, ...body])
}

const header = /-----BEGIN (EC )?PRIVATE KEY-----/

/** PKCS #8 around the key as OpenSSL writes it (SEC 1), whose own form the platform does not read. */
function wrapped(sec1: Uint8Array): Uint8Array<ArrayBuffer> {
  const curve = [
    0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
  ]
  const length = (count: number) => (count < 0x80 ? [count] : [0x81, count])
  const inner = [0x02, 0x01, 0x00, ...curve, 0x04, ...length(sec1.length), ...sec1]
  return new Uint8Array([0x30, ...length(inner.length), ...inner])
}

async function keyOf(pem: string) {
  const isSec1 = header.exec(pem)?.[1] !== undefined
  try {
    const text = pem.replace(/-----BEGIN EC PARAMETERS-----[^-]*-----END EC PARAMETERS-----/, '').replace(/-----[^-]+-----/g, '')
    const bytes = Uint8Array.from(atob(text.replace(/\s+/g, '')), (char) => char.charCodeAt(0))
    const pkcs8 = isSec1 ? wrapped(bytes) : bytes
    return await crypto.subtle.importKey('pkcs8', pkcs8, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  } catch {
    // Whatever broke, the words of the platform may hold parts of the key.
    throw failed('unauthorized', 'The private key cannot be read: it must be a P-256 key in PEM, as eckey.pem holds it.', {
      code: 'bad_private_key',
      action: {
        label: 'Make a key',
        steps: [
          'openssl ecparam -name prime256v1 -genkey -noout -out eckey.pem',
          'openssl ec -in eckey.pem -pubout prints what CloudKit Console wants under Server-to-Server Keys',
          'Paste the content of eckey.pem and the key ID that the console shows here',
        ],
      },
    })
  }
}

/** What is signed: date, digest of the body, path. */
async function messageOf(date: string, body: string, path: string): Promise<Uint8Array<ArrayBuffer>> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(body)))
  return new TextEncoder().encode(`${date}:${base64(digest)}:${path}`)
}

/**
 * The headers of a signed request.
 *
 * @param path of the address from `/database` on
 * @param now ms UTC
 * @see https://developer.apple.com/library/archive/documentation/DataManagement/Conceptual/CloudKitWebServicesReference/SettingUpWebServices.html
 */
export async function signedHeaders(
  key: { keyId: string; privateKey: string },
  { path, body, now }: { path: string; body: string; now: number },
): Promise<Record<string, string>> {
  const date = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const message = await messageOf(date, body, path)
  const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, await keyOf(key.privateKey), message)
  return {
    'x-apple-cloudkit-request-keyid': key.keyId,
    'x-apple-cloudkit-request-iso8601date': date,
    'x-apple-cloudkit-request-signaturev1': base64(toDer(new Uint8Array(raw))),
  }
}
