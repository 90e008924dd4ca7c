/** Runs the stand-ins alone, so that they outlive whatever is tried against them. */
import { parseArgs } from 'node:util'
import { sandboxes } from './catalog.ts'
import { createLedger } from './ledger.ts'
import { createSandboxServer } from './server.ts'

const { values } = parseArgs({ options: { ledger: { type: 'string' }, port: { type: 'string', default: '0' } } })
const ledger = createLedger(values.ledger ?? ':memory:')
const server = createSandboxServer({ ledger, sandboxes: Object.values(sandboxes), now: Date.now })

async function stop(): Promise<void> {
  await server.stop()
  ledger.close()
  process.exit(0)
}

process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
const { url } = await server.start(Number(values.port))
process.stdout.write(`${JSON.stringify({ url })}\n`)
