/** What the contract suite tries pinterest with. */
import { canary, type Trial } from '../trial.ts'

export const pinterestTrial: Trial = {
  wrongCredential: { clientId: 'demo-pinterest-client', accessToken: `token-${canary}` },
  actions: {
    'pin.create': {
      input: {
        platform: 'pinterest',
        boardId: '800000000000000001',
        title: 'Harbour',
        text: 'At dawn',
        media: [{ file: 'picture' }],
      },
    },
    'boards.list': { input: {} },
    'board.create': { input: { name: 'Harbour' } },
  },
}
