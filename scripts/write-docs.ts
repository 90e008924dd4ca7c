/** Writes docs/integrations.md from the manifests: `node scripts/write-docs.ts`, or `--check` to fail on drift. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnyProvider } from '../electron/kit/define.ts'
import { fieldsOf } from '../electron/kit/manifest.ts'
import { catalog } from '../electron/providers/catalog.ts'

const file = join(import.meta.dirname, '..', 'docs', 'integrations.md')

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n')
}

function fieldRows(provider: AnyProvider): string[][] {
  const parts = ['credential', 'settings'] as const
  return parts.flatMap((part) =>
    fieldsOf(provider[part]).map(({ name, title, secret, env }) => [
      `\`${name}\``,
      title,
      secret ? `${part}, secret` : part,
      env ? `\`${env}\`` : '',
    ]),
  )
}

function actionRows(provider: AnyProvider): string[][] {
  return Object.entries(provider.actions).map(([id, { effect, repeat, source }]) => [
    `\`${provider.id}.${id}\``,
    effect,
    repeat,
    `[docs](${source})`,
  ])
}

function limitRows(provider: AnyProvider): string[][] {
  return provider.limits.map(({ bucket, title, count, perMs, source }) => [
    `\`${bucket}\``,
    title,
    `${count} in ${perMs / 1_000} s`,
    `[source](${source})`,
  ])
}

function section(provider: AnyProvider): string {
  const served = [
    ...Object.keys(provider.serves).map((kind) => `\`${kind}\``),
    ...Object.keys(provider.publishes ?? {}).map((platform) => `\`SOCIAL_POST\` on ${platform}`),
  ]
  return [
    `## ${provider.name}`,
    provider.summary,
    served.length > 0 ? `Serves ${served.join(', ')}. [Documentation](${provider.docs})` : `[Documentation](${provider.docs})`,
    `**Set up**\n\n${provider.setup.map((step, at) => `${at + 1}. ${step}`).join('\n')}`,
    table(['field', 'title', 'part', 'environment'], fieldRows(provider)),
    table(['action', 'effect', 'repeat', 'source'], actionRows(provider)),
    table(['limit', 'of', 'rate', 'source'], limitRows(provider)),
    `**Good to know**\n\n${provider.notes.map((note) => `- ${note}`).join('\n')}`,
  ].join('\n\n')
}

/** What each room was tried against beside its own stand-in. Nothing was ever tried against a live service. */
const triedAgainst: Readonly<Record<string, string>> = {
  supabase: 'PostgreSQL 15 and PgBouncer in transaction mode, started by the tests',
  telegram: 'kill -9 while sending, 1,000 messages',
}
/** Sign-ins stand on one engine, which is tried against a certified OpenID provider. */
const signInServer = 'sign-in engine: a certified OpenID provider on loopback'

function provenRow(provider: AnyProvider): string[] {
  const actions = Object.values(provider.actions)
  const byHand = actions.filter(({ assist }) => assist !== undefined).length
  const does = [
    ...Object.keys(provider.serves).map((kind) => `\`${kind}\``),
    ...Object.keys(provider.publishes ?? {}).map((platform) => `posts on ${platform}`),
    byHand === actions.length ? 'by hand' : `${actions.length} actions`,
  ]
  const signIn = provider.signIn?.renewsWith ? signInServer : undefined
  const beside = [signIn, triedAgainst[provider.id]].filter(Boolean).join('; ')
  const suite = byHand === actions.length ? 'no requests to try' : 'its stand-in: every action, 15 faults each'
  return [provider.name, does.join(', '), suite, beside || '—', 'never']
}

function provenTable(): string {
  const head = ['service', 'what works', 'tried against', 'and against', 'live service']
  return table(head, Object.values(catalog).map(provenRow))
}

function document(): string {
  const head =
    '# Integrations\n\nWritten from the manifests by `node scripts/write-docs.ts`; a test fails when it has drifted.\n\n`repeat` says whether an action may be sent again after a doubtful end: `safe` (no effect), `keyed` (the provider knows our key), `unsafe` (never by itself).\n\n## How each was verified\n\nA stand-in speaks the real protocol over HTTP and refuses what the service is documented to refuse; it is not the service. No request of this product was ever checked against a live service.'
  return `${[head, provenTable(), ...Object.values(catalog).map(section)].join('\n\n')}\n`
}

const text = document()
if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== text) {
    console.error('docs/integrations.md has drifted from the manifests: run node scripts/write-docs.ts')
    process.exitCode = 1
  }
} else {
  writeFileSync(file, text)
}
