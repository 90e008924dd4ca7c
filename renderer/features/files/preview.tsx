/** The content of a small picture or text. Anything else is opened by a link, outside of this page. */
import { Image, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { StoredFile } from '#shared/contract/files'
import { api } from '../../query.ts'
import { QueryState } from '../../ui/query-state.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'

/** Larger content is not fetched only to be looked at. */
const mostBytes = 5 * 1024 * 1024
const shown = /^(image\/(png|jpeg|gif|webp|avif)|text\/|application\/json)/

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)))
}

export function Preview({ file }: { file: StoredFile }) {
  const fits = shown.test(file.contentType ?? '') && (file.sizeBytes ?? 0) <= mostBytes
  const query = useQuery({ ...api.files.preview.queryOptions({ input: { path: file.path } }), enabled: fits })
  if (!fits) {
    return (
      <Text size="sm" c="dimmed">
        Files of this type or size are not shown here. Open it by a link.
      </Text>
    )
  }
  return (
    <QueryState query={query} rows={4}>
      {({ contentType, contentBase64 }) =>
        contentType.startsWith('image/') ? (
          <Image src={`data:${contentType};base64,${contentBase64}`} alt={file.name} fit="contain" mah={320} />
        ) : (
          <ScrollRegion aria-label={`Text of ${file.name}`}>
            <Text component="pre" size="xs" m={0} mah={320}>
              {textOf(contentBase64)}
            </Text>
          </ScrollRegion>
        )
      }
    </QueryState>
  )
}
