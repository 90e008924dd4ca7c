import { catalog } from '../../electron/providers/catalog.ts'
import { sandboxes } from '../../electron/sandbox/catalog.ts'
import { describeProvider } from './provider.contract.ts'
import { trials } from './samples.ts'

for (const id of Object.keys(catalog) as (keyof typeof catalog)[]) {
  describeProvider({ provider: catalog[id], sandbox: sandboxes[id], trial: trials[id] })
}
