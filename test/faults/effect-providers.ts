/** Two pretended providers whose effects outlive whoever caused them: one that knows keys and one that knows none. */
import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import type { Repeat } from '#shared/job'
import type { JobKind } from '#shared/job-kinds'
import { SlackSend, TelegramSend } from '#shared/job-kinds'
import { pretendedManifest, pretendedSend, Sent } from '../../electron/engine/jobs/pretended-provider.ts'
import { type AnyProvider, defineAction, defineProvider } from '../../electron/kit/define.ts'

function providerOf(id: 'telegram' | 'slack', kind: JobKind, repeat: Repeat): AnyProvider {
  const send = defineAction({
    ...pretendedSend,
    repeat,
    input: id === 'slack' ? SlackSend : TelegramSend,
    run: async ({ text }, call) => call.json(Sent, { url: `${call.endpoint()}/${id}`, json: { text, key: call.key } }),
  })
  return defineProvider({
    ...pretendedManifest,
    id,
    name: 'Pretended',
    serves: { [kind]: 'message.send' },
    actions: { 'message.send': send },
  })
}

/** `unsafe` is how the provider without keys is declared; anything but the truth is a fault on purpose. */
export function effectProviders(unsafe: Repeat = 'unsafe'): Record<'telegram' | 'slack', AnyProvider> {
  return { telegram: providerOf('telegram', 'TELEGRAM_SEND', unsafe), slack: providerOf('slack', 'SLACK_SEND', 'keyed') }
}

interface Effect {
  provider: string
  key: string
  text: string
}

/** What happened outside. A provider that knows keys takes each once, however often and by whomever it is sent. */
export function readEffects(file: string): Effect[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  const all = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Effect)
  const keyed = new Map(all.filter(({ provider }) => provider === 'slack').map((effect) => [effect.key, effect]))
  return [...all.filter(({ provider }) => provider !== 'slack'), ...keyed.values()]
}

/** Whole and on disk, or not at all: where the process may write no more, a line would be cut. */
function append(handle: number, line: string): void {
  const { size } = fstatSync(handle)
  if (writeSync(handle, line) < Buffer.byteLength(line)) {
    ftruncateSync(handle, size)
    throw new Error('the ledger is full')
  }
  fsyncSync(handle)
}

/** The providers' own memory: what they take is on disk before they answer. */
export function createLedger(file: string) {
  const handle = openSync(file, 'a')
  return {
    async take(request: Request): Promise<Response> {
      const provider = new URL(request.url).pathname.slice(1)
      const { key, text } = (await request.json()) as { key: string; text: string }
      append(handle, `${JSON.stringify({ provider, key, text } satisfies Effect)}\n`)
      return Response.json({ messageId: `${provider} ${key}` })
    },
    close: () => closeSync(handle),
  }
}
