/** Works with the keychain of the system as the product does, in a process of its own: stores, reads and asks for the state, and tells how that went. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { AppError } from '#shared/failure'
import { openDatabase } from '../../electron/engine/database/open.ts'
import { chooseVault } from '../../electron/engine/vault/choose-vault.ts'
import { keeperOn } from './keeper-on.ts'

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: '' },
    /** What is stored; nothing when empty. */
    store: { type: 'string', default: '' },
    /** Blocks the event loop for so many ms during each question, for the control. */
    block: { type: 'string', default: '0' },
  },
})
const operator = { kind: 'operator', id: 'test' } as const
const everyMs = 5

/** The longest that the event loop did not turn while it worked, in ms. */
async function longestStall(work: () => Promise<void>): Promise<number> {
  let [last, longest] = [performance.now(), 0]
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last - everyMs)
    last = now
  }, everyMs)
  await work()
  longest = Math.max(longest, performance.now() - last - everyMs)
  clearInterval(timer)
  return longest
}

async function timed(what: string, question: () => Promise<unknown>) {
  const begunAt = performance.now()
  const answer = await question().then(
    (value) => ({ value }),
    (error: unknown) => (error instanceof AppError ? { refused: error.failure } : { thrown: String(error) }),
  )
  return { what, ms: performance.now() - begunAt, ...answer }
}

const block = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

const database = openDatabase({ file: join(values.folder, 'atlas.db') })
const vault = await chooseVault({ wanted: 'os', passphrase: undefined, dataDir: values.folder })
const keeper = keeperOn(database, vault)
// The binding is loaded once, at the first question, which is part of the start.
await import('@napi-rs/keyring')

const answers: Awaited<ReturnType<typeof timed>>[] = []
const stallMs = await longestStall(async () => {
  const asked = [
    timed('read', () => keeper.read('t', 'telegram').then(({ credential }) => credential)),
    timed('status', () => vault.status()),
    ...(values.store === ''
      ? []
      : [timed('store', () => keeper.store('t', 'telegram', { credential: { botToken: values.store } }, operator))]),
  ]
  if (values.block !== '0') block(Number(values.block))
  answers.push(...(await Promise.all(asked)))
})
const endingAt = Date.now()
database.close()
process.stdout.write(`${JSON.stringify({ answers, stallMs, endingAt })}\n`)
process.exit(0)
