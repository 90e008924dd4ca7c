/** Reads an address that a person copied out of a browser. Pure. */
import { failed } from '#shared/failure'

/**
 * The parameters of a pasted address, wherever the provider put them.
 *
 * Why   a code alone is refused: without the state beside it nobody could tell that it belongs to this sign-in
 */
export function readPasted(text: string, redirectUri: string): URLSearchParams {
  const trimmed = text.trim()
  if (!URL.canParse(trimmed)) {
    throw failed('invalid', 'This is not an address. Copy the whole line from the address bar of the browser.', {
      fields: [{ path: 'address', message: 'must be the whole address, not the code alone' }],
    })
  }
  const pasted = new URL(trimmed)
  const expected = new URL(redirectUri)
  if (pasted.origin !== expected.origin || pasted.pathname !== expected.pathname) {
    throw failed(
      'invalid',
      `This address belongs to another page. It has to begin with ${expected.origin}${expected.pathname}.`,
      {
        fields: [{ path: 'address', message: `must begin with ${expected.origin}${expected.pathname}` }],
      },
    )
  }
  const fragment = new URLSearchParams(pasted.hash.replace(/^#_?=?_?/, ''))
  return pasted.searchParams.has('state') ? pasted.searchParams : fragment
}
