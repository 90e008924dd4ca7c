/** What the contract suite tries microsoft with. */
import { canary, type Trial } from '../trial.ts'

const letter = { to: 'ada@example.com', subject: 'Hello', text: 'Good morning' }
const team = '0d0e0a00-0000-4000-8000-00000000ea01'
const channel = '19:demogeneral@thread.tacv2'

export const microsoftTrial: Trial = {
  wrongCredential: {
    tenantId: '0d0e0a00-0000-4000-8000-00000000d3e0',
    clientId: '0d0e0a00-0000-4000-8000-00000000c11e',
    clientSecret: `secret-${canary}`,
    accessToken: `token-${canary}`,
  },
  actions: {
    'mail.send': { input: letter },
    'teams.message.send': { input: { teamId: team, channelId: channel, text: 'Good morning' } },
    'teams.list': { input: {} },
    'teams.channels.list': { input: { teamId: team } },
  },
}
