/** Who is asked for what, as an order that can be changed, and a simulator that says where a question would go. */
import { Stack, Title } from '@mantine/core'
import { AiTask } from '#shared/ai/policy'
import { failureOf } from '../../rpc.ts'
import { FailurePanel } from '../../ui/failure-panel.tsx'
import { QueryState } from '../../ui/query-state.tsx'
import { BudgetForm } from './budget-form.tsx'
import { OrderEditor } from './order-editor.tsx'
import { Simulator } from './simulator.tsx'
import { usePolicy } from './use-policy.ts'

export function RoutingTab({ task, onTask }: { task: string | undefined; onTask: (task: AiTask) => void }) {
  const { query, update } = usePolicy()
  const known = AiTask.safeParse(task)
  const shown = known.success ? known.data : 'chat'
  return (
    <Stack gap="xl" maw={820}>
      <QueryState query={query} rows={6}>
        {(policy) => (
          <>
            <section aria-label="Order of models">
              <Title order={2}>Order of models</Title>
              <OrderEditor policy={policy} task={shown} onTask={onTask} update={update} />
            </section>
            <section aria-label="Limits and spending">
              <Title order={2}>Limits and spending</Title>
              <BudgetForm key={JSON.stringify(policy)} policy={policy} update={update} />
            </section>
          </>
        )}
      </QueryState>
      {update.error ? <FailurePanel failure={failureOf(update.error)} live /> : null}
      <section aria-label="Simulator">
        <Title order={2}>Simulator</Title>
        <Simulator />
      </section>
    </Stack>
  )
}
