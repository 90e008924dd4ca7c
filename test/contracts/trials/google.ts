/** What the contract suite tries google with. */
import { canary, type Trial } from '../trial.ts'

export const googleTrial: Trial = {
  wrongCredential: { clientId: 'nobody.apps.googleusercontent.com', accessToken: `ya29.${canary}` },
  actions: {
    'calendar.events.list': { input: {} },
    'calendar.event.create': {
      input: { title: 'Stand-up', start: '2026-12-01T09:00:00Z', end: '2026-12-01T09:15:00Z', attendees: ['ada@example.com'] },
    },
    'mail.send': { input: { to: 'ada@example.com', subject: 'Hello', text: 'Good morning' } },
    'drive.files.list': { input: { name: "Ada's" } },
    'drive.file.upload': { input: { name: 'notes.txt', contentBase64: 'SGVsbG8=', contentType: 'text/plain' } },
  },
}
