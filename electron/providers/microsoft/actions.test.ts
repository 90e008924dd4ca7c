import { describe, expect, it } from 'vitest'
import { microsoft } from './manifest.ts'
import {
  type Answering,
  accepted,
  appJwt,
  appOnly,
  graphError,
  ids,
  json,
  letter,
  personJwt,
  post,
  posted,
  signedIn,
  token,
  world,
} from './test-world.ts'

describe('mail', () => {
  it('asks for an application token and hands the message to Graph as documented', async () => {
    const credential = appOnly()
    const { seen, run } = world(credential, ({ url }) => (url.includes('sendMail') ? accepted() : undefined))
    expect(await run('mail.send', letter)).toEqual({ accepted: true, sender: 'atlas@deadapp.info', requestId: 'req-1' })
    const [asked, mail] = seen
    expect(new URL(asked?.url ?? '').pathname).toBe('/contoso.example/oauth2/v2.0/token')
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toMatchObject({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: credential.clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    })
    expect(mail).toMatchObject({ method: 'POST', url: 'https://graph.microsoft.com/v1.0/users/atlas%40deadapp.info/sendMail' })
    expect(mail?.headers.get('authorization')).toBe(`Bearer ${appJwt(['Mail.Send'])}`)
    expect(mail?.headers.get('content-type')).toBe('application/json')
    expect(mail?.json).toEqual({
      message: {
        subject: 'Hello',
        body: { contentType: 'text', content: 'Good morning' },
        toRecipients: [{ emailAddress: { address: 'a@b.example' } }],
      },
      saveToSentItems: true,
    })
  })

  it('sends from the agent, with HTML, copies, reply address and attachments', async () => {
    const agent = { id: 'tina', name: 'Tina', email: 'tina.cfo@deadapp.info' }
    const { sent, run } = world(appOnly(), ({ url }) => (url.includes('sendMail') ? accepted() : undefined), { agent })
    await run('mail.send', {
      ...letter,
      to: ['a@b.example', 'c@d.example'],
      html: '<p>Hi</p>',
      cc: 'e@f.example',
      bcc: ['g@h.example'],
      replyTo: 'i@j.example',
      fromAgent: 'tina',
      attachments: [{ filename: 'a.txt', contentType: 'text/plain', contentBase64: 'aGk=' }],
    })
    expect(sent()[0]?.url).toContain('/users/tina.cfo%40deadapp.info/sendMail')
    expect(sent()[0]?.json).toEqual({
      message: {
        subject: 'Hello',
        body: { contentType: 'html', content: '<p>Hi</p>' },
        toRecipients: [{ emailAddress: { address: 'a@b.example' } }, { emailAddress: { address: 'c@d.example' } }],
        ccRecipients: [{ emailAddress: { address: 'e@f.example' } }],
        bccRecipients: [{ emailAddress: { address: 'g@h.example' } }],
        replyTo: [{ emailAddress: { address: 'i@j.example' } }],
        attachments: [
          { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentType: 'text/plain', contentBytes: 'aGk=' },
        ],
      },
      saveToSentItems: true,
    })
  })

  it('holds the token: many letters at once ask Entra once', async () => {
    const { seen, run } = world(appOnly(), ({ url }) => (url.includes('sendMail') ? accepted() : undefined))
    await Promise.all(Array.from({ length: 10 }, () => run('mail.send', letter)))
    expect(seen.filter(({ url }) => url.includes('/oauth2/'))).toHaveLength(1)
  })

  it('renews a held token once when Graph refuses it, and gives up when that does not help', async () => {
    const credential = appOnly()
    let refusals = 1
    const answer: Answering = ({ url }) => {
      if (!url.includes('sendMail')) return token([`Mail.Send`, `n${refusals}`])
      refusals -= 1
      return refusals >= 0 ? graphError(401, 'InvalidAuthenticationToken', 'Revoked') : accepted()
    }
    const first = world(credential, answer)
    await first.run('mail.send', letter)
    expect(first.sent()).toHaveLength(2)
    refusals = 9
    const second = world(credential, answer)
    expect(await second.failureOf('mail.send', letter)).toMatchObject({
      kind: 'unauthorized',
      code: 'InvalidAuthenticationToken',
    })
    expect(second.sent()).toHaveLength(2)
  })

  it('uses the sign-in where there is no secret, if it grants Mail.Send', async () => {
    const able = world(signedIn('Mail.Send User.Read'), () => accepted())
    await able.run('mail.send', letter)
    expect(able.sent()[0]?.headers.get('authorization')).toBe(`Bearer ${personJwt('Mail.Send User.Read')}`)
    expect(await world(signedIn(), () => accepted()).failureOf('mail.send', letter)).toMatchObject({ kind: 'forbidden' })
  })

  it.each([
    ['another agent than the job has', { ...letter, fromAgent: 'kelly' }, 'fromAgent'],
    [
      'attachments over 3 MB together',
      { ...letter, attachments: Array.from({ length: 2 }, () => ({ filename: 'a', contentBase64: 'A'.repeat(2_400_000) })) },
      'attachments',
    ],
  ])('refuses %s before sending', async (_case, input, path) => {
    const { seen, failureOf } = world(appOnly(), () => accepted())
    expect(await failureOf('mail.send', input)).toMatchObject({ kind: 'invalid', fields: [{ path }] })
    expect(seen).toHaveLength(0)
  })

  it.each([
    [403, 'ErrorAccessDenied', 'Access is denied.', 'forbidden', 'Mail.Send'],
    [403, 'ErrorSendAsDenied', 'Cannot send as.', 'forbidden', 'Send As'],
    [404, 'ErrorInvalidUser', "The requested user 'x' is invalid.", 'not_found', 'Sender'],
    [404, 'MailboxNotEnabledForRESTAPI', 'On-premise.', 'not_found', 'mailbox'],
    [400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64.', 'rejected', 'Invalid base64.'],
    [413, 'RequestEntityTooLarge', 'Too large.', 'invalid', 'too large'],
    [429, 'ApplicationThrottled', 'Slow down.', 'rate_limited', 'Slow down.'],
    [503, 'ServiceUnavailable', 'Busy.', 'unknown', 'Busy.'],
  ])('tells what %i %s means', async (...[status, code, message, kind, told]) => {
    const { failureOf } = world(appOnly(), ({ url }) =>
      url.includes('sendMail') ? graphError(status, code, message) : undefined,
    )
    const failure = await failureOf('mail.send', letter)
    expect(failure.kind).toBe(kind)
    expect(`${failure.message} ${failure.action?.steps?.join(' ')}`).toContain(told)
    if (![429, 503].includes(status)) expect(failure).toMatchObject({ code, message: expect.stringContaining('req-9') })
  })
})

describe('Teams', () => {
  it('posts as the person who signed in; text stays text', async () => {
    const { seen, run } = world(signedIn(), posted)
    expect(await run('teams.message.send', { ...post, title: 'Status' })).toEqual({
      via: 'graph',
      messageId: '1616990032035',
      webUrl: 'https://teams.microsoft.com/l/message/1',
    })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.url).toBe('https://graph.microsoft.com/v1.0/teams/team-1/channels/19%3Aabc%40thread.tacv2/messages')
    expect(seen[0]?.json).toEqual({ body: { contentType: 'text', content: '<b>1 < 2</b>' }, subject: 'Status' })
  })

  it('passes HTML on only when it is said to be HTML', async () => {
    const { seen, run } = world(signedIn(), posted)
    await run('teams.message.send', { ...post, format: 'html' })
    expect(seen[0]?.json).toEqual({ body: { contentType: 'html', content: '<b>1 < 2</b>' } })
  })

  it('refuses an application before sending, with the permission, the reason and the clicks', async () => {
    for (const credential of [appOnly(), { ...ids, accessToken: appJwt(['Mail.Send']) }]) {
      const { seen, failureOf } = world(credential, posted)
      const failure = await failureOf('teams.message.send', post)
      expect(failure).toMatchObject({ kind: 'forbidden', message: expect.stringContaining('ChannelMessage.Send') })
      expect(failure.message).toContain('Teamwork.Migrate.All')
      expect(failure.action?.steps?.join()).toMatch(/API permissions.*Grant admin consent.*http:\/\/localhost.*Sign in/)
      expect(failure.action?.copyText).toContain('client-1')
      expect(seen).toHaveLength(0)
    }
  })

  it('refuses a sign-in that lacks the scope before sending', async () => {
    const { seen, failureOf } = world(signedIn('User.Read'), posted)
    expect(await failureOf('teams.message.send', post)).toMatchObject({ kind: 'forbidden', code: 'missing_scope' })
    expect(seen).toHaveLength(0)
  })

  it.each([
    [
      401,
      'Unauthorized',
      'Message POST is allowed in application-only context only for import purposes.',
      'forbidden',
      'Teamwork.Migrate.All',
    ],
    [
      403,
      'Forbidden',
      "Missing role permissions on the request. API requires one of 'Teamwork.Migrate.All'.",
      'forbidden',
      'by itself',
    ],
    [403, 'Forbidden', 'Missing scope permissions on the request.', 'forbidden', 'not a member'],
    [401, 'InvalidAuthenticationToken', 'Expired.', 'unauthorized', 'sign in again'],
    [404, 'NotFound', 'Channel not found.', 'not_found', 'Channel not found.'],
  ])('tells what %i %s of a post means', async (...[status, code, message, kind, told]) => {
    const { failureOf } = world(signedIn(), () => graphError(status, code, message))
    expect(await failureOf('teams.message.send', post)).toMatchObject({ kind, code, message: expect.stringContaining(told) })
  })

  it('does not know whether a post went out when its answer is lost', async () => {
    const { failureOf } = world(signedIn(), () => {
      throw Object.assign(new Error('gone'), { code: 'ECONNRESET' })
    })
    expect((await failureOf('teams.message.send', post)).kind).toBe('unknown')
    expect((await world(signedIn(), () => json({ odd: 1 }, 201)).failureOf('teams.message.send', post)).kind).toBe('unknown')
  })

  it('reads lists page by page on its own host and stops in a circle', async () => {
    const pages: Answering = ({ url }) => {
      if (url.endsWith('joinedTeams')) {
        return json({
          value: [{ id: '1', displayName: 'One' }],
          '@odata.nextLink': 'https://graph.microsoft.com/v1.0/me/joinedTeams?$skiptoken=a%3D',
        })
      }
      return json({
        value: [{ id: '2', displayName: null }],
        '@odata.nextLink': 'https://elsewhere.example/v1.0/me/joinedTeams?$skiptoken=a%3D',
      })
    }
    const { seen, run } = world(signedIn(), pages)
    expect(await run('teams.list', {})).toEqual({
      items: [
        { id: '1', name: 'One' },
        { id: '2', name: '2' },
      ],
      truncated: true,
    })
    expect(seen.map(({ url }) => url)).toEqual([
      'https://graph.microsoft.com/v1.0/me/joinedTeams',
      'https://graph.microsoft.com/v1.0/me/joinedTeams?$skiptoken=a%3D',
    ])
  })

  it('offers channels of a chosen team', async () => {
    const value = [{ id: '19:x', displayName: 'Leads', membershipType: 'private' }]
    const { seen, call } = world(signedIn(), () => json({ value }))
    const choices = await microsoft.pickers?.channels?.choices(call() as never, { teamId: 'team/1' })
    expect(choices).toEqual([{ value: '19:x', label: 'Leads', hint: 'private channel' }])
    expect(seen[0]?.url).toBe('https://graph.microsoft.com/v1.0/teams/team%2F1/channels')
    await expect(microsoft.pickers?.channels?.choices(call() as never, {})).rejects.toThrow('Choose a team first')
  })
})

describe('a Teams workflow', () => {
  const workflowsUrl = 'https://prod-1.westeurope.logic.azure.com/workflows/abc/triggers/manual/paths/invoke?sig=topsecret'

  it('stands in while nobody is signed in', async () => {
    const { seen, run } = world({ ...appOnly(), workflowsUrl }, () => new Response(null, { status: 202 }))
    expect(await run('teams.message.send', { ...post, title: 'Status' })).toEqual({ via: 'workflow' })
    expect(seen).toHaveLength(1)
    expect(seen[0]?.url).toBe(workflowsUrl)
    expect(seen[0]?.headers.has('authorization')).toBe(false)
    expect(seen[0]?.json).toMatchObject({
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard', version: '1.4' } },
      ],
    })
    expect(JSON.stringify(seen[0]?.json)).toContain('<b>1 < 2</b>')
  })

  it('gives way to a sign-in, takes no HTML, and never tells its signature', async () => {
    const both = world({ ...signedIn(), workflowsUrl }, posted)
    expect(await both.run('teams.message.send', post)).toMatchObject({ via: 'graph' })
    const alone = world({ ...ids, workflowsUrl }, () => json({ error: { code: 'x', message: 'sig' } }, 401))
    expect(await alone.failureOf('teams.message.send', { ...post, format: 'html' })).toMatchObject({ kind: 'invalid' })
    const refused = await alone.failureOf('teams.message.send', post)
    expect(refused).toMatchObject({ kind: 'forbidden', code: 'workflow_401' })
    expect(JSON.stringify(refused)).not.toContain('topsecret')
  })

  it('is called at its own address alone, and not beside a stand-in on this machine', async () => {
    const credential = (url: string) => microsoft.credential.safeParse({ ...ids, workflowsUrl: url }).success
    expect(credential('https://evil.example/workflows/abc/triggers/x')).toBe(false)
    expect(credential('http://prod-1.westeurope.logic.azure.com/workflows/a/triggers/x')).toBe(false)
    expect(credential('https://logic.azure.com.evil.example/workflows/a/triggers/x')).toBe(false)
    const local = { settings: { endpoint: 'http://127.0.0.1:9/microsoft' } }
    const { seen, failureOf } = world({ ...ids, workflowsUrl }, () => new Response(null, { status: 202 }), local)
    expect((await failureOf('teams.message.send', post)).kind).toBe('unexpected')
    expect(seen).toHaveLength(0)
  })
})
