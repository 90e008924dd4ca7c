/** The forms that people see come out of the very schemas that the engine checks with. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jobKinds } from '#shared/job-kinds'
import { faultsByField, type JsonSchema, missingFields, toFields, withField } from './schema-fields.ts'

function project(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }) as JsonSchema
}

function kindsOf(schema: z.ZodType): Record<string, string> {
  return Object.fromEntries(toFields(project(schema)).map(({ name, kind }) => [name, kind]))
}

describe('fields of a form', () => {
  it('draws every job kind', () => {
    expect(kindsOf(jobKinds.EMAIL_SEND)).toEqual({
      to: 'list',
      subject: 'text',
      text: 'multiline',
      html: 'multiline',
      cc: 'list',
      bcc: 'list',
      replyTo: 'text',
      fromAgent: 'agent',
      attachments: 'files',
    })
    expect(kindsOf(jobKinds.TEAMS_SEND)).toMatchObject({ teamId: 'picker', channelId: 'picker', format: 'enum' })
    expect(kindsOf(jobKinds.TELEGRAM_SEND)).toMatchObject({ chatId: 'picker', text: 'multiline' })
    expect(kindsOf(jobKinds.SLACK_SEND)).toMatchObject({ blocks: 'json', threadTs: 'text' })
  })

  it('never shows a secret as text', () => {
    const schema = z.object({
      apiKey: z.string().meta({ title: 'API key', secret: true, env: 'RESEND_API_KEY' }),
      privateKey: z.string().meta({ secret: true, multiline: true }),
    })
    expect(toFields(project(schema)).map(({ kind }) => kind)).toEqual(['secret', 'secret'])
  })

  it('reads tables, numbers, switches and unions', () => {
    const schema = z.object({
      routes: z.record(z.string(), z.string()).optional(),
      perPage: z.int().min(1).max(50).default(20),
      dryRun: z.boolean().optional(),
      endpoint: z.union([z.url(), z.object({ api: z.url().optional() })]).optional(),
      nothing: z.null().or(z.string()),
    })
    expect(kindsOf(schema)).toEqual({
      routes: 'record',
      perPage: 'number',
      dryRun: 'boolean',
      endpoint: 'text',
      nothing: 'text',
    })
    expect(toFields(project(schema))[1]).toMatchObject({
      integer: true,
      minimum: 1,
      maximum: 50,
      required: false,
      placeholder: '20',
    })
  })

  it('marks what must be filled, and leaves emptied fields out', () => {
    const schema = project(
      z.object({ botToken: z.string().meta({ title: 'Bot token', secret: true }), note: z.string().optional() }),
    )
    expect(missingFields(schema, {})).toEqual(['Bot token'])
    expect(missingFields(schema, {}, ['botToken'])).toEqual([])
    expect(withField({ note: 'a', botToken: 'b' }, 'note', '')).toEqual({ botToken: 'b' })
    expect(withField({}, 'dryRun', false)).toEqual({ dryRun: false })
  })

  it('puts faults beside their fields', () => {
    const faults = [
      { path: 'settings.from', message: 'must be an address' },
      { path: 'to.0', message: 'is no address' },
    ]
    expect(faultsByField(faults, 'settings')).toEqual({ from: 'must be an address', to: 'is no address' })
  })
})
