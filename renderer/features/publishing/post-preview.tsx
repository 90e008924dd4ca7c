/** How a post reads on its platform: account, place, text with what becomes a link, thread, tags, media. Colours and fonts stay ours. */
import { Badge, Group, Paper, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { MediaItem } from '#shared/contract/media'
import { api } from '../../query.ts'
import type { FormValue } from '../../ui/schema-fields.ts'
import { Spoken } from '../agents/spoken.tsx'
import { type PostParts, partsOf, piecesOf } from './preview-parts.ts'
import type { PlatformWay } from './ways.ts'

export interface PostPreviewProps {
  way: PlatformWay
  value: FormValue
  tray: readonly MediaItem[]
}

export function PostPreview({ way, value, tray }: PostPreviewProps) {
  const connections = useQuery(api.connections.list.queryOptions({ input: {} }))
  const account = connections.data?.items.find(({ provider }) => provider === way.provider.id)?.account?.name
  const parts = partsOf(way.platform, value)
  if (parts.texts.length === 0 && parts.media.length === 0 && !parts.title) return null
  return (
    <Stack gap={6} component="section" aria-label={`Preview on ${way.name}`}>
      <Text size="xs" c="dimmed">
        How it reads on {way.name}; the page around it is theirs.
      </Text>
      {numbered(parts.texts).map(({ number, text }, _at, { length }) => (
        <Paper key={number} withBorder p="sm" radius="md">
          <Stack gap={6}>
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {account ?? 'Your account'}
              </Text>
              {parts.place ? (
                <Text size="sm" c="dimmed">
                  {parts.place}
                </Text>
              ) : null}
              {length > 1 ? (
                <Text size="xs" c="dimmed">
                  {number} of {length}
                </Text>
              ) : null}
            </Group>
            {number === 1 && parts.title ? <Text fw={600}>{parts.title}</Text> : null}
            <Reading platform={way.platform} reading={parts.reading} text={text} />
            {number === 1 ? <Beside parts={parts} tray={tray} /> : null}
          </Stack>
        </Paper>
      ))}
    </Stack>
  )
}

/** At least one part, for what stands beside the text. */
const numbered = (texts: readonly string[]) => (texts.length > 0 ? texts : ['']).map((text, at) => ({ number: at + 1, text }))

function Reading({ platform, reading, text }: Pick<PlatformWay, 'platform'> & { reading: PostParts['reading']; text: string }) {
  if (reading === 'markdown') return <Spoken text={text} />
  if (reading === 'html') return <Text size="sm">{textOfHtml(text)}</Text>
  return (
    <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {piecesOf(platform, text).map(({ start, text: piece, kind }) =>
        kind === 'text' ? (
          piece
        ) : (
          <Text key={start} span inherit c="var(--atlas-info)">
            {piece}
          </Text>
        ),
      )}
    </Text>
  )
}

/** The words of an article; what is in it is neither run nor fetched. */
function textOfHtml(html: string): string {
  return new DOMParser().parseFromString(html, 'text/html').body.textContent ?? ''
}

function Beside({ parts: { media, link, tags }, tray }: { parts: PostParts; tray: readonly MediaItem[] }) {
  return (
    <>
      {media.length > 0 ? (
        <Text size="xs">
          With{' '}
          {media
            .map(
              ({ name, alt }) =>
                `${tray.find(({ id }) => id === name)?.filename ?? name}${alt ? ` (${alt})` : ', not described'}`,
            )
            .join('; ')}
        </Text>
      ) : null}
      {link ? (
        <Text size="xs" c="var(--atlas-info)" style={{ overflowWrap: 'anywhere' }}>
          {link}
        </Text>
      ) : null}
      {tags.length > 0 ? (
        <Group gap={4}>
          {tags.map((tag) => (
            <Badge key={tag} variant="light" color="idle" tt="none">
              #{tag}
            </Badge>
          ))}
        </Group>
      ) : null}
    </>
  )
}
