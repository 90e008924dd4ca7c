/** A file of posts: looked through row by row, then ordered whole or not at all, and once. */
import { hash } from 'node:crypto'
import type { CampaignDetail, ImportCheck, ImportRow } from '#shared/contract/posts'
import { failed } from '#shared/failure'
import { toMs } from '#shared/time'
import { localOf } from '#shared/time-zone'
import { digest } from '../audit/append.ts'
import type { Actor } from '../engine.ts'
import type { CheckedOrder, Enqueuer } from '../jobs/enqueue.ts'
import { judge } from './campaign-orders.ts'
import type { Campaigns } from './campaigns.ts'
import { type CsvRow, readCsv } from './csv-rows.ts'

interface File {
  filename: string
  csv: string
  timeZone: string
}

export interface PostImport {
  check(tenantId: string, file: File): Promise<ImportCheck>
  run(tenantId: string, file: File, actor: Actor): Promise<{ campaign: CampaignDetail; created: boolean }>
}

export interface PostImportDeps {
  enqueuer: Enqueuer
  campaigns: Campaigns
  now(): number
}

interface Judged {
  row: ImportRow
  checked: CheckedOrder | undefined
}

function excerptOf({ input }: CsvRow): string {
  const text = String(input.text).replace(/\s+/g, ' ').trim() || String(input.title ?? '')
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function whenWords({ runAt, timeZone }: CsvRow): string {
  if (runAt === undefined) return 'at once'
  const at = toMs(runAt)
  const local = localOf(at, timeZone)
  return `on ${local.day} at ${local.clock} (${timeZone}), ${localOf(at, 'UTC').clock} UTC`
}

export function createPostImport({ enqueuer, campaigns, now }: PostImportDeps): PostImport {
  function judgeRow(tenantId: string, row: CsvRow, seen: Map<string, number>): Judged {
    const faults = [...row.faults]
    if (row.runAt !== undefined && toMs(row.runAt) <= now()) faults.push('runAt has passed')
    const mark = digest([row.input, row.runAt ?? null])
    const same = seen.get(mark)
    if (same !== undefined) faults.push(`is the same post at the same time as line ${same}`)
    seen.set(mark, row.line)
    const order = { kind: 'SOCIAL_POST' as const, input: row.input, agent: row.agent, runAt: row.runAt }
    const judged = row.platform ? judge(enqueuer, tenantId, { order, name: row.platformName, path: '' }) : undefined
    const told = (judged?.faults ?? []).map(({ path, message }) =>
      `${path.replace(/^fields\./, '')} ${message}`.trim().replace(/\.$/, ''),
    )
    const all = [...faults, ...told]
    const ok = all.length === 0
    return {
      checked: ok ? judged?.checked : undefined,
      row: {
        line: row.line,
        platform: row.platformName,
        excerpt: excerptOf(row),
        ...(row.agent ? { agent: row.agent } : {}),
        ...(row.runAt ? { runAt: row.runAt } : {}),
        verdict: ok ? `Goes out on ${row.platformName} ${whenWords(row)}.` : `Refused: ${all.join('; ')}.`,
        ok,
      },
    }
  }

  async function look(tenantId: string, { csv, timeZone }: File): Promise<Judged[]> {
    const seen = new Map<string, number>()
    const rows = await readCsv(csv, timeZone)
    return rows.map((row) => judgeRow(tenantId, row, seen))
  }

  /** The same bytes are the same file, whatever it is called. */
  function markOf({ csv, filename, timeZone }: File) {
    const sha256 = hash('sha256', csv)
    return { key: `import:${sha256}`, digest: sha256, title: filename, source: 'import' as const, timeZone }
  }

  return {
    async check(tenantId, file) {
      const rows = (await look(tenantId, file)).map(({ row }) => row)
      const mark = markOf(file)
      const before = campaigns.known(tenantId, mark)
      return {
        digest: mark.digest,
        rows,
        refused: rows.filter(({ ok }) => !ok).length,
        ...(before ? { campaign: before.id } : {}),
      }
    },
    async run(tenantId, file, actor) {
      const mark = markOf(file)
      const before = campaigns.known(tenantId, mark)
      if (before) return { campaign: before, created: false }
      const judged = await look(tenantId, file)
      const refused = judged.filter(({ row }) => !row.ok)
      if (refused.length > 0) {
        const fields = refused.map(({ row }) => ({ path: `line ${row.line}`, message: row.verdict }))
        const told = `Nothing was ordered: ${refused.length} of ${judged.length} rows are refused. Line ${fields[0]?.path.slice(5)}: ${fields[0]?.message}`
        throw failed('invalid', told, { fields })
      }
      return campaigns.place(tenantId, { mark, orders: judged.flatMap(({ checked }) => checked ?? []) }, actor)
    },
  }
}
