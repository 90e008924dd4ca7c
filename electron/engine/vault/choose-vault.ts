/** Chooses where secrets lie: as told, else the keychain if it proves itself, else the encrypted file. */
import { join } from 'node:path'
import { createVault } from './create-vault.ts'
import type { Vault } from './vault.ts'

export interface VaultChoice {
  wanted: 'os' | 'file' | 'memory' | undefined
  passphrase: string | undefined
  dataDir: string
}

export async function chooseVault({ wanted, passphrase, dataDir }: VaultChoice): Promise<Vault> {
  const file = join(dataDir, 'vault.json')
  const vault = wanted ? createVault({ backend: wanted, file }) : await provenVault(file)
  const { backend } = await vault.status()
  if (backend === 'file' && passphrase) await vault.unlock(passphrase)
  return vault
}

async function provenVault(file: string): Promise<Vault> {
  const os = createVault({ backend: 'os', file })
  const { state } = await os.status()
  // A locked keychain is the operator's own and will be opened; only where there is none does the file stand in.
  return state === 'no_store' ? createVault({ backend: 'file', file }) : os
}
