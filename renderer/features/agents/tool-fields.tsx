/** What an agent may use, and how far: tool by tool. */
import { ActionIcon, NumberInput, SegmentedControl, Select, Stack, Text, Tooltip } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { AgentTool, Autonomy } from '#shared/agent'
import type { AgentToolInfo } from '#shared/contract/agents'
import { api } from '../../query.ts'
import { QueryState } from '../../ui/query-state.tsx'
import classes from './agents.module.css'
import type { FieldsProps } from './profile-fields.tsx'

const autonomies = [
  { value: 'auto', label: 'By itself' },
  { value: 'ask', label: 'Asks' },
  { value: 'never', label: 'Never' },
]

export function ToolFields({ agent, draft, onChange }: FieldsProps) {
  const tools = draft.tools ?? agent.tools
  const known = useQuery(api.agents.tools.queryOptions({ input: {} }))
  const put = (next: AgentTool[]) => onChange({ tools: next })
  return (
    <QueryState query={known} rows={5}>
      {({ items }) => (
        <Stack gap="sm">
          {tools.length === 0 ? <Text size="sm">It has no tool: it can only answer.</Text> : null}
          <ul className={classes.steps} aria-label="Tools">
            {tools.map((tool) => (
              <ToolLine
                key={tool.tool}
                tool={tool}
                info={items.find((each) => each.tool === tool.tool)}
                onChange={(next) => put(tools.map((each) => (each.tool === tool.tool ? next : each)))}
                onRemove={() => put(tools.filter((each) => each.tool !== tool.tool))}
              />
            ))}
          </ul>
          <AddTool items={items} tools={tools} onAdd={(tool) => put([...tools, tool])} />
        </Stack>
      )}
    </QueryState>
  )
}

interface ToolLineProps {
  tool: AgentTool
  info: AgentToolInfo | undefined
  onChange: (tool: AgentTool) => void
  onRemove: () => void
}

function ToolLine({ tool, info, onChange, onRemove }: ToolLineProps) {
  const title = info?.title ?? tool.tool
  return (
    <li className={classes.tool}>
      <div className={classes.toolHead}>
        <div>
          <Text size="sm" fw={600}>
            {title}
          </Text>
          <Text size="xs" c="dimmed">
            {info?.effect ?? 'This build does not know it any more.'} {info?.why ?? ''}
          </Text>
        </div>
        <Tooltip label="Take away">
          <ActionIcon variant="subtle" aria-label={`Take away ${title}`} onClick={onRemove}>
            <IconTrash size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.toolFields}>
        <SegmentedControl
          size="xs"
          aria-label={`How far ${title}`}
          data={autonomies}
          value={tool.autonomy}
          onChange={(autonomy) => onChange({ ...tool, autonomy: autonomy as Autonomy })}
        />
        <NumberInput
          size="xs"
          w={130}
          aria-label={`${title} a day at most`}
          placeholder="No limit a day"
          min={0}
          max={10_000}
          value={tool.perDay ?? ''}
          onChange={(perDay) => onChange({ ...tool, perDay: typeof perDay === 'number' ? perDay : null })}
        />
      </div>
    </li>
  )
}

/** What changes something outside begins with asking. */
function AddTool({
  items,
  tools,
  onAdd,
}: {
  items: readonly AgentToolInfo[]
  tools: readonly AgentTool[]
  onAdd: (tool: AgentTool) => void
}) {
  const left = items.filter(({ tool }) => !tools.some((each) => each.tool === tool))
  const add = (id: string | null) => {
    const info = left.find(({ tool }) => tool === id)
    if (info) onAdd({ tool: info.tool, autonomy: info.writes ? 'ask' : 'auto', perDay: null })
  }
  return (
    <Select
      label="Add a tool"
      searchable
      value={null}
      placeholder="Type what it should do"
      data={left.map(({ tool, title, ready }) => ({ value: tool, label: ready ? title : `${title} (not connected)` }))}
      onChange={add}
      limit={60}
    />
  )
}
