import { expect, test } from 'vitest'
import { refusalText, refusedSwitches } from './argv.ts'

test.each([
  '--remote-debugging-port=9222',
  '--remote-debugging-pipe',
  '--REMOTE-DEBUGGING-PORT=1',
  '-remote-debugging-port=1',
  '/remote-debugging-port=1',
  '--inspect',
  '--inspect-brk=0.0.0.0:9229',
  '--no-sandbox',
  '--disable-web-security',
  '--js-flags=--expose-gc',
  '--proxy-server=evil.example:80',
  '--ignore-certificate-errors',
  '--host-resolver-rules=MAP * 127.0.0.1',
  '--load-extension=/tmp/x',
  '-r',
  '--require',
  '--import',
])('%s is refused, and allowed to a developer', (argument) => {
  expect(refusedSwitches(['atlas-ux', '.', argument], {})).toHaveLength(1)
  expect(refusedSwitches(['atlas-ux', '.', argument], { ATLAS_ALLOW_DEBUG: '1' })).toEqual([])
  expect(refusedSwitches(['atlas-ux', '.', argument], { ATLAS_ALLOW_DEBUG: '' })).toHaveLength(1)
})

test.each([
  '.',
  '/opt/atlas-ux',
  '/home/somebody/inspect',
  'atlas-ux://open/jobs',
  '--lang=de',
  '--force-device-scale-factor=2',
  '--ozone-platform=wayland',
])('%s is let through', (argument) => {
  expect(refusedSwitches(['atlas-ux', argument], {})).toEqual([])
})

test('the refusal names the switches without their values, and the way out', () => {
  const text = refusalText(refusedSwitches(['atlas-ux', '--proxy-server=user:secret@host', '--inspect'], {}))
  expect(text).toContain('--proxy-server, --inspect')
  expect(text).toContain('ATLAS_ALLOW_DEBUG=1')
  expect(text).not.toContain('secret')
})
