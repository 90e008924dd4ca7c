/** The check: a harmless real call as the application, as the person, or as both, and what each may do. */
import { z } from 'zod'
import { AppError, type Failure } from '#shared/failure'
import type { CheckResult } from '../../kit/define.ts'
import { mailRefusal, postRefusal, teamsRefusal } from './actions.ts'
import { graphJson, tokenOf } from './client.ts'
import {
  abilitiesOf,
  accessExpiry,
  claimsOf,
  type MicrosoftCall,
  type MicrosoftCredential,
  signedInAccount,
} from './credential.ts'
import { nobody } from './refusals.ts'

const Person = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
})
const what = '$select=id,displayName,mail,userPrincipalName'

interface Hindrance {
  why: string
  fix?: string
}

function toHindrance({ message, action }: Failure): Hindrance {
  return { why: message, ...(action?.steps ? { fix: action.steps.join(' · ') } : {}) }
}

const noRole: Hindrance = {
  why: 'the application permission Mail.Send is not granted to this app',
  fix: 'Entra admin center → App registrations → your app → API permissions → Add a permission → Microsoft Graph → Application permissions → Mail.Send · Grant admin consent',
}

/** Tries the application: a new token, and one read with it. Being refused to read users still proves the token. */
async function checkApp(call: MicrosoftCall): Promise<Hindrance | undefined> {
  const { senderUpn } = call.settings
  const token = await tokenOf(call, 'app', { fresh: true })
  const roles = claimsOf(token.value)?.roles
  const unable = roles && !roles.includes('Mail.Send') ? noRole : undefined
  try {
    await graphJson(call, Person, { as: 'app', how: 'ask', path: `/users/${encodeURIComponent(senderUpn)}?${what}` })
    return unable
  } catch (error) {
    if (!(error instanceof AppError) || !['forbidden', 'not_found'].includes(error.failure.kind)) throw error
    if (error.failure.kind === 'forbidden') return unable
    return unable ?? { why: `${senderUpn} is not a user of this directory`, fix: 'Set Sender to a mailbox of the organisation.' }
  }
}

async function checkPerson(call: MicrosoftCall): Promise<{ id: string; name: string }> {
  const me = await graphJson(call, Person, { as: 'person', how: 'ask', path: `/me?${what}` })
  const known = signedInAccount(call.credential)
  return { id: known?.id ?? me.id, name: me.userPrincipalName ?? me.mail ?? me.displayName ?? me.id }
}

/** A sign-in beside an application may have ended without harm to what the application does. */
async function tryPerson(call: MicrosoftCall): Promise<{ person?: { id: string; name: string }; ended?: Failure }> {
  try {
    return { person: await checkPerson(call) }
  } catch (error) {
    if (!(error instanceof AppError) || !['unauthorized', 'forbidden'].includes(error.failure.kind)) throw error
    return { ended: error.failure }
  }
}

function hindrances(credential: MicrosoftCredential, found: { mail: Hindrance | undefined; ended: Failure | undefined }) {
  const reasons: Record<string, Failure | undefined> = {
    'mail.send': mailRefusal(credential),
    'teams.message.send': found.ended ?? postRefusal(credential),
    'teams.list': found.ended ?? teamsRefusal(credential),
    'teams.channels.list': found.ended ?? teamsRefusal(credential),
  }
  const unable = Object.entries(reasons).flatMap(([action, failure]) =>
    failure ? [[action, toHindrance(failure)] as const] : [],
  )
  return { ...Object.fromEntries(unable), ...(found.mail ? { 'mail.send': found.mail } : {}) }
}

function scopesOf({ scopes }: { scopes: string[] | undefined }): { scopes?: string[] } {
  return scopes ? { scopes } : {}
}

export async function check(call: MicrosoftCall): Promise<CheckResult> {
  const { credential } = call
  const abilities = abilitiesOf(credential)
  if (!abilities.app && !abilities.delegated) throw new AppError(nobody('This connection'))
  const mail = abilities.app ? await checkApp(call) : undefined
  const { person, ended } = abilities.app && abilities.delegated ? await tryPerson(call) : { person: undefined, ended: undefined }
  const unavailable = hindrances(credential, { mail, ended })
  if (!abilities.app) {
    const account = await checkPerson(call)
    const expiresAt = credential.msalCache || credential.refreshToken ? undefined : accessExpiry(credential)
    return { account, unavailable, ...scopesOf(abilities), ...(expiresAt === undefined ? {} : { expiresAt }) }
  }
  const account = {
    id: `${credential.tenantId}/${credential.clientId}`.toLowerCase(),
    name: `App ${credential.clientId}`,
    detail: `Mail from ${call.settings.senderUpn}${person ? ` · Teams as ${person.name}` : ''}`,
  }
  return { account, unavailable, ...scopesOf(abilities) }
}
