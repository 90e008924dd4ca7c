import { describe, expect, it } from 'vitest'
import { toProviderEntry } from '../../kit/manifest.ts'
import { microsoft } from './manifest.ts'
import { letter, post } from './test-world.ts'

describe('the manifest', () => {
  it('can be projected, marks its secrets and names the redirect to register', () => {
    const entry = toProviderEntry(microsoft)
    const fields = entry.credential.properties as Record<string, { secret?: boolean }>
    const secret = Object.keys(fields).filter((name) => fields[name]?.secret)
    expect(secret.sort()).toEqual(['accessToken', 'clientSecret', 'msalCache', 'refreshToken', 'workflowsUrl'])
    expect(entry.signIn?.redirect).toBe('http://localhost')
    expect(entry.setup.join()).toContain('redirect URI http://localhost ')
  })

  it('keys its buckets to limits that it states', () => {
    const buckets = [
      ...(microsoft.actions['mail.send']?.buckets?.(letter, { senderUpn: 's@x.example' }) ?? []),
      ...(microsoft.actions['teams.message.send']?.buckets?.(post, { senderUpn: 's@x.example' }) ?? []),
    ]
    expect(buckets).toEqual(['mailbox:s@x.example', 'mail:s@x.example', 'channel:team-1/19:abc@thread.tacv2'])
    const named = microsoft.limits.map(({ bucket }) => bucket)
    for (const bucket of buckets) expect(named).toContain(bucket.split(':')[0])
  })
})
