/** Google: calendar, mail and files of an account that signed in with the tenant's own client. */
import { spans } from '#shared/time'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { createEvent, listEvents } from './calendar.ts'
import { type GoogleCall, GoogleCredential, GoogleSettings, needs, revoke, scopesFor, signIn, whoAmI } from './client.ts'
import { listFiles, uploadFile } from './drive.ts'
import { sendMail } from './mail.ts'
import { rejects } from './refusals.ts'

const needed: Readonly<Record<string, readonly string[]>> = {
  'calendar.events.list': needs.readCalendar,
  'calendar.event.create': needs.writeCalendar,
  'mail.send': needs.sendMail,
  'drive.files.list': needs.readDrive,
  'drive.file.upload': needs.writeDrive,
}

/** What cannot be done with the scopes granted; with a token from elsewhere they are taken to be those that are switched on. */
function unavailableWith({ credential, settings }: GoogleCall): NonNullable<CheckResult['unavailable']> {
  const granted = credential.scopes ?? scopesFor(settings)
  const asked = scopesFor(settings)
  const lacking = Object.entries(needed).filter(([, any]) => !any.some((one) => granted.includes(one)))
  return Object.fromEntries(
    lacking.map(([action, any]) => {
      const isAsked = any.some((one) => asked.includes(one))
      const why = isAsked ? 'this permission was not ticked at sign-in' : 'this permission is not switched on here'
      const fix = isAsked ? 'Sign in again and tick it.' : 'Switch it on under Setup, then sign in again.'
      return [action, { why, fix }]
    }),
  )
}

async function check(call: GoogleCall): Promise<CheckResult> {
  const { sub, email, name } = await whoAmI(call)
  const { scopes } = call.credential
  const detail = name === undefined ? {} : { detail: name }
  const account = { id: sub, name: email ?? name ?? sub, ...detail }
  return { account, unavailable: unavailableWith(call), ...(scopes ? { scopes } : {}) }
}

const workspace = 'https://developers.google.com/workspace'

export const google = defineProvider({
  id: 'google',
  name: 'Google',
  category: 'account',
  summary: 'Calendar, Gmail and Drive of the account that signs in.',
  docs: 'https://developers.google.com/identity/protocols/oauth2/native-app',
  setup: [
    'Open https://console.cloud.google.com, choose or make a project, and enable Google Calendar API, Gmail API and Google Drive API under APIs & Services → Library',
    'Google Auth Platform → Branding: name the app; Audience: add the account as test user while the app is in testing',
    'Google Auth Platform → Clients → Create client → Desktop app; no redirect address has to be registered',
    'Paste client ID and client secret here, choose under Settings what may be done, then Sign in',
  ],
  notes: [
    'While the consent screen is in Testing, Google ends each sign-in after 7 days: sign in again every week, or publish the app. In a Workspace choose the audience Internal, which has neither limit.',
    'Mail goes out from the account itself or an alias verified in Gmail; an agent shows by its name only.',
    'Gmail knows no idempotency key: a message whose answer was lost is not repeated by itself. Its place in Sent can be listed only where reading is granted.',
    'A calendar event and a file carry ids chosen before they are sent, so a repeat makes no second one.',
    'With “file” Drive shows only what this app made or was given; that permission needs no review.',
    'People may untick permissions when they sign in; what is missing is told per action.',
  ],
  endpoints: {
    accounts: 'https://accounts.google.com',
    token: 'https://oauth2.googleapis.com',
    gmail: 'https://gmail.googleapis.com',
    www: 'https://www.googleapis.com',
  },
  credential: GoogleCredential,
  settings: GoogleSettings,
  verification: {
    required: true,
    note: 'Up to 100 test users may sign in without review. Beyond that Google reviews the app: a verified domain, a privacy policy and a video of the permissions in use; for reading Gmail or all of Drive also a yearly security assessment.',
    review: {
      stage: 'submitted',
      console: 'https://console.cloud.google.com/auth/verification',
      checklist: [
        { id: 'scopes', title: 'Why each scope is needed' },
        {
          id: 'video',
          title: 'A demo video on YouTube that shows the sign-in and each scope in use',
          href: 'https://support.google.com/cloud/answer/13464321',
        },
        { id: 'domain', title: 'The domain of the app, verified in Search Console' },
        { id: 'privacy', title: 'The address of the privacy policy on that domain' },
      ],
      meanwhile:
        'Test users can sign in and everything works for them, but each sign-in ends after 7 days and has to be made again.',
      parks: [],
    },
  },
  limits: [
    {
      bucket: 'calendar',
      title: 'Calendar requests of one person',
      count: 600,
      perMs: spans.minute,
      burst: 60,
      source: `${workspace}/calendar/api/guides/quota`,
    },
    {
      bucket: 'mail',
      title: 'Messages of one person',
      count: 60,
      perMs: spans.minute,
      burst: 10,
      source: `${workspace}/gmail/api/reference/quota`,
    },
    {
      bucket: 'mail_day',
      title: 'Messages a day of a personal account',
      count: 500,
      perMs: spans.day,
      source: 'https://support.google.com/mail/answer/22839',
    },
    {
      bucket: 'drive',
      title: 'Drive requests of one person',
      count: 600,
      perMs: spans.minute,
      burst: 60,
      source: `${workspace}/drive/api/guides/limits`,
    },
  ],
  serves: { EMAIL_SEND: 'mail.send' },
  actions: {
    'calendar.events.list': listEvents,
    'calendar.event.create': createEvent,
    'mail.send': sendMail,
    'drive.files.list': listFiles,
    'drive.file.upload': uploadFile,
  },
  check: { call: 'GET /oauth2/v3/userinfo', run: check },
  signIn,
  revoke,
  rejects,
})
