/** The dialog that opens secret storage. */
import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { api } from '../../query.ts'
import { useDialogs } from '../../stores/dialogs.ts'
import { PassphraseForm } from '../../ui/passphrase-form.tsx'

export function VaultDialog() {
  const { open, close } = useDialogs()
  const vault = useQuery(api.system.vault.queryOptions({ input: {} }))
  const empty = vault.data?.state === 'empty'
  return (
    <Modal opened={open === 'vault'} onClose={close} title={empty ? 'Choose a passphrase' : 'Unlock secret storage'}>
      <PassphraseForm choosing={empty} onDone={close} />
    </Modal>
  )
}
