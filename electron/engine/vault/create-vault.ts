/** Makes the vault of a backend. */
import type { VaultStatus } from '#shared/contract/system'
import { createFileVault } from './file-vault.ts'
import { createMemoryVault } from './memory-vault.ts'
import { createOsVault } from './os-vault.ts'
import type { Vault } from './vault.ts'

export interface VaultOptions {
  backend: VaultStatus['backend']
  /** The file of an encrypted file vault. */
  file: string
}

export function createVault({ backend, file }: VaultOptions): Vault {
  if (backend === 'os') return createOsVault()
  return backend === 'file' ? createFileVault(file) : createMemoryVault()
}
