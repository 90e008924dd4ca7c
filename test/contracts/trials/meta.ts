/** What the contract suite tries meta with. */
import { canary, type Trial } from '../trial.ts'

export const metaTrial: Trial = {
  wrongCredential: { appId: '100000000000001', appSecret: `secret-${canary}`, accessToken: `token-${canary}` },
  actions: {
    'facebook.post': { input: { platform: 'facebook', text: 'Good morning', media: [{ file: 'picture' }, { file: 'png' }] } },
    'instagram.post': { input: { platform: 'instagram', text: 'Good morning', media: [{ file: 'picture' }, { file: 'video' }] } },
    'pages.list': { input: {} },
  },
}
