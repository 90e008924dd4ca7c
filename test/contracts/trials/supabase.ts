/** What the contract suite tries supabase with. Files under `examples/` are always there at the stand-in. */
import { canary, type Trial } from '../trial.ts'

export const supabaseTrial: Trial = {
  wrongCredential: { serviceRoleKey: `sb_secret_${canary}` },
  actions: {
    'file.upload': { input: { path: 'reports/a.txt', contentBase64: 'SGVsbG8=', contentType: 'text/plain', overwrite: true } },
    'files.list': { input: { folder: 'reports' } },
    'file.url': { input: { path: 'examples/welcome.txt', expiresIn: 600 } },
    'file.delete': { input: { paths: ['examples/welcome.txt'] } },
    'file.move': { input: { from: 'examples/welcome.txt', to: 'examples/moved.txt' } },
    'usage.get': { input: {} },
    'database.check': { input: {}, triedIn: 'test/postgres' },
    'database.query': { input: { sql: 'SELECT 1' }, triedIn: 'test/postgres' },
  },
}
