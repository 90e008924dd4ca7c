/** `atlas`: small jobs at the data folder from a terminal. What it may do follows from being allowed to read the folder. */
import { join, resolve } from 'node:path'
import { narrowFiles, refuseStart, requireNode } from './host.ts'
import { readHostOptions } from './host-options.ts'

requireNode()
narrowFiles()

const usage = `atlas sign-in [--data-dir DIR] [--port N]   prints a link that signs a browser in, good for ten minutes and once
atlas backup FOLDER [--data-dir DIR]        copies the data folder to a new one, also while Atlas UX works in it`

async function signIn(dataDir: string, port: number): Promise<void> {
  const [{ openDatabase }, { createAuditAppender }, { createAccess }] = await Promise.all([
    import('./engine/database/open.ts'),
    import('./engine/audit/append.ts'),
    import('./engine/access/access.ts'),
  ])
  const database = openDatabase({ file: join(dataDir, 'atlas.db') })
  const access = createAccess({
    database,
    audit: createAuditAppender(database, Date.now),
    now: Date.now,
    operatorToken: undefined,
  })
  const code = await access.issueSignInCode()
  database.close()
  console.log(`http://127.0.0.1:${port}/#code=${code}`)
}

async function backup(dataDir: string, to: string): Promise<void> {
  const { backUp } = await import('./engine/database/backup.ts')
  backUp(dataDir, to)
  console.log(`The backup is complete: ${to}`)
}

try {
  const { rest, dataDir, port } = readHostOptions(process.argv.slice(2), process.env)
  if (rest[0] === 'sign-in') await signIn(dataDir, port)
  else if (rest[0] === 'backup' && rest[1] !== undefined) await backup(dataDir, resolve(rest[1]))
  else {
    console.error(usage)
    process.exitCode = rest.length === 0 ? 0 : 1
  }
} catch (error) {
  refuseStart(error)
}
