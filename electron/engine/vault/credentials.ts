/** Credentials in a vault, by version: written and read back before anybody points to them, dropped only when nobody does. */
import { isDeepStrictEqual } from 'node:util'
import { type Vault, vaultFailure } from './vault.ts'

export interface VersionName {
  tenantId: string
  provider: string
  version: number
}

function place({ tenantId, provider, version }: VersionName): [service: string, account: string] {
  return [`Atlas UX/${tenantId}`, `${provider}/${version}`]
}

/** Undefined for text that is no credential: somebody else wrote there. */
function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    // Told as lost by whoever asked, like a secret that is gone.
    return undefined
  }
}

export async function storeVersion(vault: Vault, name: VersionName, credential: Record<string, unknown>): Promise<void> {
  const [service, account] = place(name)
  const text = JSON.stringify(credential)
  await vault.set(service, account, text)
  const back = await vault.get(service, account)
  if (back !== null && isDeepStrictEqual(parse(back), parse(text))) return
  throw vaultFailure('lost', 'Secret storage did not give back what was written to it; the old credential stays in force.')
}

/** Null is never "not configured" here: whoever asks knows from the database that there is one. */
export async function readVersion(vault: Vault, name: VersionName): Promise<Record<string, unknown>> {
  const text = await vault.get(...place(name))
  const credential = text === null ? undefined : parse(text)
  if (credential) return credential
  // A store that is not there may answer "no such secret" as well; then that is what a person must mend.
  const { state, message } = await vault.status()
  if (state !== 'ok') throw vaultFailure(state, message)
  throw vaultFailure(
    'lost',
    `The database knows a credential of ${name.provider} that secret storage does not have. Open the storage it was put in, or enter it again.`,
  )
}

/** A version nobody points to any more. One that cannot be deleted now does no harm: nothing reads it. */
export async function dropVersion(vault: Vault, name: VersionName): Promise<boolean> {
  try {
    return await vault.delete(...place(name))
  } catch {
    // The new credential is in force already; failing here would tell the operator that it is not.
    return false
  }
}
