/** Chooses where secrets lie: as told, else where they already lie, else the keychain if it proves itself, else the encrypted file. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#shared/failure'
import { createVault } from './create-vault.ts'
import type { Vault } from './vault.ts'

export interface VaultChoice {
  wanted: 'os' | 'file' | 'memory' | undefined
  passphrase: string | undefined
  dataDir: string
  /** Told when the given passphrase does not open the file; the vault then stays locked and can be opened by a person. */
  onRefused?(refusal: AppError): void
}

export async function chooseVault({ wanted, passphrase, dataDir, onRefused }: VaultChoice): Promise<Vault> {
  const file = join(dataDir, 'vault.json')
  const vault = wanted ? createVault({ backend: wanted, file }) : await provenVault(file)
  const { backend } = await vault.status()
  if (backend === 'file' && passphrase) await open(vault, passphrase, onRefused)
  return vault
}

async function open(vault: Vault, passphrase: string, onRefused: VaultChoice['onRefused']): Promise<void> {
  try {
    await vault.unlock(passphrase)
  } catch (error) {
    // A product that does not start over a mistyped passphrase could not even say so on screen.
    if (!(error instanceof AppError)) throw error
    onRefused?.(error)
  }
}

async function provenVault(file: string): Promise<Vault> {
  // A keychain that appears later does not make the secrets in the file unfindable.
  if (existsSync(file)) return createVault({ backend: 'file', file })
  const os = createVault({ backend: 'os', file })
  const { state } = await os.status()
  // A locked keychain is the operator's own and will be opened; only where there is none does the file stand in.
  return state === 'no_store' ? createVault({ backend: 'file', file }) : os
}
