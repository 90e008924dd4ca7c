/** What the contract suite tries slack with. */
import { canary, type Trial } from '../trial.ts'

export const slackTrial: Trial = {
  wrongCredential: { botToken: `xoxb-${canary}` },
  actions: {
    'message.send': { input: { channel: '#general', text: 'Good morning' } },
    'message.permalink': { input: { channel: 'C0DEMOGENR', ts: '1700000000.000100' } },
    'channels.list': { input: {} },
  },
}
