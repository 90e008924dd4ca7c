/** What one platform of a campaign has of its own: another text, and the fields that only it asks for. */
import { Anchor, Checkbox, Fieldset, Stack, Text, Textarea } from '@mantine/core'
import type { MediaItem } from '#shared/contract/media'
import { client } from '../../rpc.ts'
import { faultsByField } from '../../ui/schema-fields.ts'
import { SchemaForm } from '../../ui/schema-form.tsx'
import { type CampaignDraft, postOf, type VariantDraft } from './campaign-draft.ts'
import { judgePost, toDollars } from './post-check.ts'
import { type PlatformWay, withoutPlatform } from './ways.ts'

/** The schema without what a campaign says once. */
export function ownSchema(way: PlatformWay): Record<string, unknown> {
  const schema = withoutPlatform(way.schema)
  const { text: _text, media: _media, ...properties } = schema.properties as Record<string, unknown>
  const required = (schema.required as string[]).filter((name) => name !== 'text' && name !== 'media')
  return { ...schema, properties, required }
}

export interface VariantFieldsProps {
  way: PlatformWay
  draft: CampaignDraft
  tray: readonly MediaItem[]
  onChange: (part: Partial<CampaignDraft>) => void
}

export function VariantFields({ way, draft, tray, onChange }: VariantFieldsProps) {
  const { platform, name } = way
  const variant: VariantDraft = draft.variants[platform] ?? { fields: {} }
  const change = (part: Partial<VariantDraft>) =>
    onChange({ variants: { ...draft.variants, [platform]: { ...variant, ...part } } })
  const check = judgePost(platform, postOf(draft, platform), tray)
  return (
    <Fieldset legend={name}>
      <Stack gap="xs">
        {way.why ? (
          <Text size="sm" role="note">
            {way.why} <Anchor href={`#/integrations/${way.provider.id}`}>Open {way.provider.name}</Anchor>
          </Text>
        ) : null}
        <Checkbox
          label={`Another text for ${name}`}
          checked={variant.text !== undefined}
          onChange={(event) => change({ text: event.currentTarget.checked ? draft.text : undefined })}
        />
        {variant.text === undefined ? null : (
          <Textarea
            label={`Text for ${name}`}
            autosize
            minRows={2}
            value={variant.text}
            onChange={(event) => change({ text: event.currentTarget.value })}
          />
        )}
        <SchemaForm
          schema={ownSchema(way)}
          value={variant.fields}
          onChange={(fields) => change({ fields })}
          errors={faultsByField(check.faults)}
          onChoices={async (picker, context) =>
            (await client.connections.choices({ provider: way.provider.id, picker, context })).items
          }
        />
        <Measures check={check} name={name} />
      </Stack>
    </Fieldset>
  )
}

function Measures({ check, name }: { check: ReturnType<typeof judgePost>; name: string }) {
  const counted = check.counters.map(
    ({ field, length, max }) => `${field}: ${length.toLocaleString('en')} of ${max.toLocaleString('en')}`,
  )
  const over = check.faults.map(({ path, message }) => `${path} ${message}`)
  return (
    <>
      <Text size="xs" c="dimmed" aria-label={`What ${name} counts`} role="note">
        {counted.join(' · ')}
        {check.cost ? ` · ${name} charges ${toDollars(check.cost.microDollars)}, as of ${check.cost.asOf}` : ''}
      </Text>
      {over.length > 0 ? (
        <Text size="xs" c="var(--atlas-bad)">
          {over.join('; ')}.
        </Text>
      ) : null}
    </>
  )
}
