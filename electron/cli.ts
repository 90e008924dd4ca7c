/** `atlas`: small jobs at the data folder from a terminal. What it may do follows from being allowed to read the folder. */
import { join } from 'node:path'
import { narrowFiles, refuseStart, requireNode } from './host.ts'
import { readHostOptions } from './host-options.ts'

requireNode()
narrowFiles()

const usage = `atlas sign-in [--data-dir DIR] [--port N]   prints a link that signs a browser in, good for ten minutes and once`

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

try {
  const { rest, dataDir, port } = readHostOptions(process.argv.slice(2), process.env)
  if (rest[0] === 'sign-in') await signIn(dataDir, port)
  else {
    console.error(usage)
    process.exitCode = rest.length === 0 ? 0 : 1
  }
} catch (error) {
  refuseStart(error)
}
