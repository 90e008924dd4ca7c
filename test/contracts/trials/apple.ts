/** What the contract suite tries apple with. */
import { canary, type Trial } from '../trial.ts'

export const appleTrial: Trial = {
  wrongCredential: { containerId: 'iCloud.example.demo.atlas', apiToken: canary, webAuthToken: `web+/${canary}=` },
  ownRetry: {
    answer: { status: 429, body: { uuid: 'a', serverErrorCode: 'THROTTLED', reason: 'Slow down', retryAfter: 9 } },
    waitMs: 9_000,
  },
  actions: {
    'records.query': { input: { recordType: 'Note', filters: [{ field: 'title', value: 'Bread' }], sort: { field: 'title' } } },
    'record.save': {
      input: { recordType: 'Note', fields: { title: 'Bread', seen: { value: 1_764_000_000_000, type: 'TIMESTAMP' } } },
    },
    'zones.list': { input: {} },
    'contacts.sync': { input: {}, refused: true },
    'photos.sync': { input: {}, refused: true },
  },
}
