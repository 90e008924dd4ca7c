import { expect, test } from 'vitest'
import { readPasted } from './pasted.ts'

const redirect = 'https://www.facebook.com/connect/login_success.html'

test.each([
  [`${redirect}?code=abc&state=s`, 'abc'],
  [`  ${redirect}?code=abc&state=s#_=_ `, 'abc'],
  [`${redirect}#code=abc&state=s`, 'abc'],
])('%s holds the code', (pasted, code) => expect(readPasted(pasted, redirect).get('code')).toBe(code))

test.each(['abc', '', 'https://evil.example/?code=abc&state=s', 'https://www.facebook.com/other?code=abc&state=s'])(
  '%s is refused in words',
  (pasted) => expect(() => readPasted(pasted, redirect)).toThrow(/address/),
)
