/** Resend: transactional e-mail over its API. */
import { z } from 'zod'
import { AppError } from '#shared/failure'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { sendBatch, sendMail } from './actions.ts'
import { addressOf, observe, type ResendCall, ResendCredential, ResendSettings, rejects, resendClient, shaped } from './client.ts'

const Domain = z.object({ id: z.string(), name: z.string(), status: z.string(), created_at: z.string() })
type Domain = z.infer<typeof Domain>
const Domains = z.object({ data: z.array(Domain), has_more: z.boolean().optional() })

const sendingOnly: CheckResult['account'] = {
  id: 'sending-only',
  name: 'Sending-only key',
  detail: 'Domains cannot be read with a sending-only key',
}

/** The oldest domain stands for the account, as Resend names none: it stays the same while others come and go. */
function accountOf(domains: readonly Domain[]): CheckResult['account'] {
  const oldest = domains.toSorted((a, b) => a.created_at.localeCompare(b.created_at))[0]
  if (!oldest) return { id: 'no-domain', name: 'No domain yet' }
  const verified = domains.filter(({ status }) => status === 'verified')
  const name = verified[0]?.name ?? oldest.name
  return { id: oldest.id, name, detail: `${verified.length} of ${domains.length} domains verified` }
}

interface Hindrance {
  why: string
  fix: string
}

/** Why sending cannot work with these settings; a domain is only called unverified when all domains were seen. */
function hindrance(settings: ResendSettings, domains: readonly Domain[] | undefined): Hindrance | undefined {
  const { from, agentDomain } = settings
  if (from === undefined && agentDomain === undefined) {
    return { why: 'no sender address is set', fix: 'Set From on this connection to an address on a verified domain.' }
  }
  const used = [from === undefined ? undefined : addressOf(from)?.split('@')[1], agentDomain]
  const known = new Set(domains?.filter(({ status }) => status === 'verified').map(({ name }) => name.toLowerCase()))
  const missing = used.find((domain) => domain && domain !== 'resend.dev' && !known.has(domain.toLowerCase()))
  if (!domains || !missing) return undefined
  return { why: `${missing} is not verified at Resend`, fix: 'Verify it at https://resend.com/domains.' }
}

function toResult(account: CheckResult['account'], hindered: Hindrance | undefined): CheckResult {
  return hindered ? { account, unavailable: { 'mail.send': hindered, 'mail.batch': hindered } } : { account }
}

async function check(call: ResendCall): Promise<CheckResult> {
  const client = await resendClient(call, 'ask')
  try {
    const answer = await client.domains.list({ limit: 100 })
    const { data: domains, has_more: more } = shaped(Domains, answer.data)
    return toResult(accountOf(domains), hindrance(call.settings, more ? undefined : domains))
  } catch (error) {
    if (!(error instanceof AppError) || error.failure.code !== 'restricted_api_key') throw error
    return toResult(sendingOnly, hindrance(call.settings, undefined))
  }
}

export const resend = defineProvider({
  id: 'resend',
  name: 'Resend',
  category: 'communication',
  summary: 'Sends e-mail from verified domains, once per job even when a send is repeated.',
  docs: 'https://resend.com/docs',
  setup: [
    'Open https://resend.com/domains, add your domain and its DNS records, and wait until it says Verified',
    'Open https://resend.com/api-keys and create a key; the permission Sending access is enough',
    'Paste the key here and set From to an address on that domain',
  ],
  notes: [
    'Resend recognises a repeated job for 24 hours; a job repeated later than that is a new e-mail.',
    'With a sending-only key domains cannot be read, so an unverified sender shows only when a message is sent.',
    'Accepted by Resend is not yet delivered: bounces show in the list of e-mails at Resend.',
  ],
  endpoints: { api: 'https://api.resend.com' },
  credential: ResendCredential,
  settings: ResendSettings,
  verification: { required: false, note: 'The domain of the sender must be verified by DNS records.' },
  limits: [
    {
      bucket: 'account',
      title: 'Requests of the Resend team',
      count: 5,
      perMs: 1_000,
      source: 'https://resend.com/docs/api-reference/rate-limit',
    },
  ],
  serves: { EMAIL_SEND: 'mail.send' },
  actions: { 'mail.send': sendMail, 'mail.batch': sendBatch },
  check: { call: 'GET /domains', run: check },
  rejects,
  observe,
})
