/** What a model wrote, as Markdown. Nothing of it is run, fetched or opened by itself. */
import { Anchor, Typography } from '@mantine/core'
import { memo } from 'react'
import Markdown from 'react-markdown'
import remarkGfm from 'remark-gfm'

export const Spoken = memo(function Spoken({ text }: { text: string }) {
  return (
    <Typography fz="sm">
      <Markdown
        remarkPlugins={[remarkGfm]}
        disallowedElements={['img']}
        components={{
          a: ({ href, children }) => (
            <Anchor href={href} target="_blank" rel="noreferrer noopener" title={href}>
              {children}
            </Anchor>
          ),
        }}
      >
        {text}
      </Markdown>
    </Typography>
  )
})
