/** Supabase: a tenant's files in its own project, and its database to look into. */

import { z } from 'zod'
import { type CheckResult, defineProvider } from '../../kit/define.ts'
import {
  nobodysProject,
  projectOf,
  type SupabaseCall,
  SupabaseCredential,
  SupabaseSettings,
  shaped,
  storageOf,
  told,
} from './client.ts'
import { checkDatabase, queryDatabase } from './database.ts'
import { deleteFiles, getUsage, listFiles, moveFile, signFile } from './files.ts'
import { rejects } from './refusals.ts'
import { uploadFile } from './upload.ts'

const Buckets = z.array(z.object({ id: z.string(), name: z.string(), public: z.boolean() }))

const openToAll = {
  why: 'the bucket is public: whoever knows or guesses an address could read the file',
  fix: 'Make the bucket private in Storage at Supabase, or name another bucket on this connection.',
}

async function check(call: SupabaseCall): Promise<CheckResult> {
  const { bucket } = call.settings
  const storage = await storageOf(call, 'ask')
  const found = shaped(Buckets, told(await storage.listBuckets())).find(({ id }) => id === bucket)
  const { host } = new URL(call.settings.url ?? projectOf(call))
  const detail = found ? `Bucket ${bucket}` : `Bucket ${bucket} is made with the first upload`
  const account = { id: host, name: host.replace(/\.supabase\.co$/, ''), detail }
  return found?.public ? { account, unavailable: { 'file.upload': openToAll } } : { account }
}

export const supabase = defineProvider({
  id: 'supabase',
  name: 'Supabase',
  category: 'data',
  summary: 'Keeps the tenant’s files in a private bucket of its own project, and looks into its database.',
  docs: 'https://supabase.com/docs',
  setup: [
    'Open the project at https://supabase.com/dashboard and copy the project URL from Project Settings › Data API into Project URL',
    'Open Project Settings › API keys, copy the service_role key or make a secret key, and paste it here',
    'For database actions: press Connect at the top, copy the pooled and the direct address, and fill in the password',
  ],
  notes: [
    'The service role key passes by all policies of the project. It stays on this machine, and every path is held to the folder of its tenant here.',
    'Files above 6 MB go up in pieces, and go on where they stopped; Supabase forgets an upload that rested for 24 hours.',
    'Names may hold any letters. What the storage does not take in a name lies there as =XX and is shown as it was written.',
    'Deleting is for good: Supabase keeps no bin.',
    'The direct database address answers over IPv6 only, unless the project has the IPv4 add-on. The session pooler answers everywhere.',
  ],
  endpoints: { project: nobodysProject },
  basesFrom: ({ url }) => (url === undefined ? {} : { project: new URL(url).origin }),
  credential: SupabaseCredential,
  settings: SupabaseSettings,
  verification: { required: false, note: 'Supabase reviews nothing: the keys of your own project work at once.' },
  limits: [],
  serves: { FILE_UPLOAD: 'file.upload' },
  actions: {
    'file.upload': uploadFile,
    'files.list': listFiles,
    'file.url': signFile,
    'file.delete': deleteFiles,
    'file.move': moveFile,
    'usage.get': getUsage,
    'database.check': checkDatabase,
    'database.query': queryDatabase,
  },
  check: { call: 'GET /storage/v1/bucket', run: check },
  rejects,
})
