/** Apple: records of the tenant's own CloudKit container, and an honest word on what Apple does not offer. */
import { z } from 'zod'
import { AppError } from '#shared/failure'
import { spans } from '#shared/time'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import { listZones, queryRecords, saveRecord } from './actions.ts'
import { type AppleCall, AppleCredential, AppleSettings, askCloudKit, keyPairOf, withoutKey } from './client.ts'
import { rejects } from './refusals.ts'
import { syncContacts, syncPhotos } from './unreachable.ts'

const Person = z.object({
  userRecordName: z.string().min(1),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
})
const Zones = z.object({ zones: z.array(z.unknown()) })

const notOffered: NonNullable<CheckResult['unavailable']> = {
  'contacts.sync': { why: 'Apple gives no program the contacts of an iCloud account', fix: 'Export them as vCard.' },
  'photos.sync': { why: 'Apple gives no program the photos of an iCloud account', fix: 'Pick them as files.' },
}

/** A key proves itself in the public database; otherwise a person must have signed in, and Apple says where. */
async function check(call: AppleCall): Promise<CheckResult> {
  const { credential, settings } = call
  const missing = withoutKey(credential)
  if (missing) throw new AppError(missing)
  const { containerId, webAuthToken } = credential
  const byKey = keyPairOf(credential) !== undefined && webAuthToken === undefined
  if (byKey) {
    await askCloudKit(call, Zones, { database: 'public', operation: 'zones/list' })
    const account = { id: containerId, name: containerId, detail: `Public database, ${settings.environment}` }
    return { account, unavailable: notOffered }
  }
  const person = await askCloudKit(call, Person, { database: 'public', operation: 'users/caller', asPerson: true })
  const name = [person.firstName, person.lastName].filter(Boolean).join(' ') || containerId
  const account = { id: `${containerId}/${person.userRecordName}`, name, detail: `${containerId}, ${settings.environment}` }
  return { account, unavailable: notOffered }
}

export const apple = defineProvider({
  id: 'apple',
  name: 'Apple',
  category: 'account',
  summary: 'Reads and writes records of your own app’s CloudKit container.',
  docs: 'https://developer.apple.com/icloud/cloudkit/',
  setup: [
    'With an Apple Developer membership open https://icloud.developer.apple.com/ and choose the container of your app',
    'For the public database: Tokens & Keys → Server-to-Server Keys; make a key with openssl ecparam -name prime256v1 -genkey -noout -out eckey.pem and register its public half',
    'For a person’s private database: Tokens & Keys → API Tokens, with a URL Redirect to a page of yours',
    'Paste container and key or token here and check; where a person has to sign in, the check tells the address',
  ],
  notes: [
    'CloudKit reaches only what your own app keeps in its own container. Contacts and photos of an iCloud account are offered to no program: contacts can be exported as vCard, photos picked as files.',
    'A server-to-server key reaches the public database alone.',
    'Sign in with Apple tells who somebody is and opens no data, so it is not used here.',
    'A web auth token is replaced with each answer of Apple; the newest is kept here. Using the same one elsewhere ends it here.',
  ],
  endpoints: { cloudkit: 'https://api.apple-cloudkit.com' },
  credential: AppleCredential,
  settings: AppleSettings,
  verification: {
    required: true,
    note: 'An Apple Developer membership with a CloudKit container of your own is needed; Apple approves the membership and the app.',
    review: {
      stage: 'submitted',
      console: 'https://developer.apple.com/account',
      checklist: [
        { id: 'membership', title: 'Apple Developer Program membership', href: 'https://developer.apple.com/programs/enroll/' },
        { id: 'container', title: 'A CloudKit container with an API token or a server-to-server key' },
        { id: 'schema', title: 'The schema deployed to production' },
      ],
      meanwhile: 'The development environment of the container works as soon as the membership is there.',
      parks: [],
    },
  },
  limits: [
    {
      bucket: 'container',
      title: 'Requests to the container (our own limit; Apple’s grows with its users)',
      count: 40,
      perMs: spans.second,
      burst: 10,
      source: 'https://developer.apple.com/icloud/cloudkit/',
    },
  ],
  serves: {},
  actions: {
    'records.query': queryRecords,
    'record.save': saveRecord,
    'zones.list': listZones,
    'contacts.sync': syncContacts,
    'photos.sync': syncPhotos,
  },
  check: { call: 'GET users/caller, or zones/list with a key', run: check },
  rejects,
})
