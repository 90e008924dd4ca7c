/** What WordPress's refusals mean: `code`, `message` and `data.status`, with details by parameter. */
import { z } from 'zod'
import { type Failure, type FailureAction, type FailureKind, failed } from '#shared/failure'
import type { Answer } from '../../kit/define.ts'

const Refused = z.object({
  code: z.string().min(1),
  message: z.string().default(''),
  data: z
    .object({
      status: z.int().optional(),
      params: z.record(z.string(), z.string()).optional().catch(undefined),
      term_id: z.int().optional().catch(undefined),
    })
    .nullish()
    .catch(undefined),
})
type Refused = z.infer<typeof Refused>

interface Refusal {
  kind: FailureKind
  told: string
  action?: FailureAction
}

const newPassword: FailureAction = {
  label: 'Make a new application password',
  steps: [
    'Sign in to WordPress and open Users → Profile',
    'Under Application Passwords type a name and choose Add New Application Password',
    'Paste what it shows here, with or without its spaces',
  ],
}

const badPassword: Refusal = {
  kind: 'unauthorized',
  told: 'WordPress does not accept the user name or the application password.',
  action: newPassword,
}

const stripped: Refusal = {
  kind: 'unauthorized',
  told: 'WordPress saw no sign-in at all. If user name and password are right, the web server drops the Authorization header.',
  action: {
    label: 'Let the web server hand the header on',
    steps: [
      'With Apache, add this line to .htaccess above the lines of WordPress: SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
      'With PHP as CGI, add CGIPassAuth On instead',
      'Elsewhere ask the host to hand the Authorization header on to PHP',
    ],
    copyText: 'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1',
  },
}

const switchedOff: Refusal = {
  kind: 'forbidden',
  told: 'Application passwords are switched off on this site. They need https, and a security plugin may forbid them.',
  action: {
    label: 'Allow application passwords',
    steps: [
      'Let the site answer under https',
      'Look in the settings of security plugins (Wordfence, Solid Security and others) for application passwords and allow them',
    ],
  },
}

const role: Refusal = {
  kind: 'forbidden',
  told: 'The WordPress user may not do this.',
  action: {
    label: 'Give the user a role that may publish',
    steps: ['Sign in to WordPress as an administrator', 'Open Users, choose the user and set its role to Author or Editor'],
  },
}

const noRoute: Refusal = {
  kind: 'not_found',
  told: 'The REST API of this site does not offer posts. A plugin switches parts of it off.',
}

const refusals: Readonly<Record<string, Refusal>> = {
  incorrect_password: badPassword,
  invalid_username: badPassword,
  invalid_email: badPassword,
  invalid_application_password: badPassword,
  rest_not_logged_in: stripped,
  application_passwords_disabled: switchedOff,
  application_passwords_disabled_for_user: switchedOff,
  rest_no_route: noRoute,
  rest_upload_file_too_big: { kind: 'rejected', told: 'The picture is larger than this site takes.' },
  rest_upload_limited_space: { kind: 'quota', told: 'The site has no room left for pictures.' },
  rest_upload_sideload_error: { kind: 'rejected', told: 'WordPress does not take this kind of file.' },
}

/** Code of a tag that another already is, with its number behind. */
const existsAs = 'term_exists:'

/** The number of the tag that exists already, out of the failure that told it. */
export function existingTerm({ code }: Failure): number | undefined {
  return code?.startsWith(existsAs) ? Number(code.slice(existsAs.length)) : undefined
}

function refusalOf(code: string, status: number): Refusal | undefined {
  if (Object.hasOwn(refusals, code)) return refusals[code]
  const mayNot = /^rest_(cannot|forbidden)/.test(code)
  // A user who may not is told 403; 401 of the same code means that nobody was signed in.
  if (mayNot) return status === 401 ? stripped : role
  return status === 400 || status === 413 ? { kind: 'rejected', told: 'WordPress refused the article.' } : undefined
}

function fieldsOf({ data }: Refused) {
  const fields = Object.entries(data?.params ?? {}).map(([path, message]) => ({ path, message: message.slice(0, 300) }))
  return fields.length > 0 ? { fields } : {}
}

/** WordPress writes its messages as HTML. */
function plain(message: string): string {
  return message
    .replace(/<[^>]*>/g, '')
    .trim()
    .slice(0, 300)
}

export function rejects({ status, body }: Answer): Failure | undefined {
  const parsed = Refused.safeParse(body)
  if (status < 400 || status >= 500 || !parsed.success) return undefined
  const { code, message, data } = parsed.data
  if (code === 'term_exists' && data?.term_id !== undefined) {
    return failed('conflict', 'The tag is there already.', { code: `${existsAs}${data.term_id}` }).failure
  }
  const refusal = refusalOf(code, status)
  if (!refusal) return undefined
  const says = message === '' ? '' : ` WordPress says: ${plain(message)}`
  const action = refusal.action ? { action: refusal.action } : {}
  return failed(refusal.kind, `${refusal.told}${says}`, { code, ...action, ...fieldsOf(parsed.data) }).failure
}
