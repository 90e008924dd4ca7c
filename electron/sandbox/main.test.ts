import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { telegramSandbox } from './telegram.ts'

const entry = join(import.meta.dirname, 'main.ts')

async function run(ledger: string) {
  const child = spawn(process.execPath, [entry, '--ledger', ledger, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { url } = JSON.parse(line.toString()) as { url: string }
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  return { child, url, ended }
}

test('runs alone, forgets nothing when it is killed, ends with 0 when it is asked to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  try {
    const ledger = join(folder, 'sandbox.db')
    const first = await run(ledger)
    const token = telegramSandbox.demoCredential.botToken
    const body = new URLSearchParams({ chat_id: '100200300', text: 'Hello' })
    const sent = await fetch(`${first.url}/telegram/bot${token}/sendMessage`, { method: 'POST', body })
    expect(sent.status).toBe(200)
    first.child.kill('SIGKILL')
    await first.ended
    const second = await run(ledger)
    const inbox = await (await fetch(`${second.url}/_control/inbox?provider=telegram`)).json()
    expect(inbox).toMatchObject({ items: [{ to: 'Demo Operator', text: 'Hello' }] })
    second.child.kill('SIGTERM')
    expect(await second.ended).toEqual([0, null])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
