import { describe, expect, it } from 'vitest'
import { readAnswer } from './answer.ts'

const read = (query: string) => readAnswer(new URLSearchParams(query), 'right')

describe('what came to the redirect address', () => {
  it('is a code when the state is the right one', () => {
    expect(read('code=abc&state=right')).toEqual({ is: 'code', code: 'abc' })
  })

  it.each([
    ['no state', 'code=abc', 'state'],
    ['another state', 'code=abc&state=wrong', 'state'],
    ['two states', 'code=abc&state=right&state=right', 'state'],
    ['an error without the state', 'error=access_denied', 'state'],
    ['an error with another state', 'error=access_denied&state=wrong', 'state'],
    ['neither code nor error', 'state=right', 'shape'],
    ['two codes', 'code=a&code=b&state=right', 'shape'],
    ['code and error together', 'code=a&error=access_denied&state=right', 'shape'],
  ])('is ignored with %s', (_case, query, why) => {
    expect(read(query)).toEqual({ is: 'ignored', why })
  })

  it('is a refusal with the right state, and a declined one is called so', () => {
    expect(read('error=access_denied&state=right')).toMatchObject({
      is: 'refusal',
      failure: { kind: 'cancelled', code: 'access_denied' },
    })
    const other = read('error=server_error&error_description=%3Cb%3E%0d%0aAADSTS1&state=right')
    expect(other).toMatchObject({ is: 'refusal', failure: { kind: 'unavailable', code: 'server_error' } })
    expect(JSON.stringify(other)).not.toMatch(/\\r|\\n/)
    expect(read('error=something_new&state=right')).toMatchObject({ is: 'refusal', failure: { kind: 'rejected' } })
  })

  it('is refused when somebody else than the one who was asked signs it', () => {
    const asked = (query: string) => readAnswer(new URLSearchParams(query), 'right', 'https://login.example')
    expect(asked('code=abc&state=right&iss=https%3A%2F%2Fevil.example')).toMatchObject({
      is: 'refusal',
      failure: { code: 'issuer_mismatch' },
    })
    expect(asked('code=abc&state=right&iss=https%3A%2F%2Flogin.example')).toEqual({ is: 'code', code: 'abc' })
    expect(asked('code=abc&state=right')).toEqual({ is: 'code', code: 'abc' })
  })
})
