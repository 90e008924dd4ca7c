/** A post as Tumblr's blocks (NPF). Pure. */
import type { TumblrPost } from '#shared/social/post'
import type { MediaFile } from '../../kit/call.ts'

/** One block of a post. */
export type Block = Readonly<Record<string, unknown>>

/** Longest text of a block, in code points. */
const longestBlock = 4_096

function cut(paragraph: string): string[] {
  const characters = [...paragraph]
  const pieces: string[] = []
  for (let at = 0; at < characters.length; at += longestBlock) pieces.push(characters.slice(at, at + longestBlock).join(''))
  return pieces
}

/** Paragraphs become text blocks; one that is too long becomes several. */
function textBlocks(text: string): Block[] {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .flatMap(cut)
    .map((piece) => ({ type: 'text', text: piece }))
}

function mediaBlock(file: MediaFile, at: number): Block {
  const medium = {
    type: file.contentType,
    identifier: `media-${at}`,
    ...(file.width ? { width: file.width, height: file.height } : {}),
  }
  if (file.kind === 'video') return { type: 'video', media: medium }
  return { type: 'image', media: [medium], ...(file.alt ? { alt_text: file.alt } : {}) }
}

/**
 * The blocks of a post: heading, pictures and videos, text, link.
 *
 * @see https://www.tumblr.com/docs/npf
 */
export function toBlocks(
  { title, text, link }: Pick<TumblrPost, 'title' | 'text' | 'link'>,
  media: readonly MediaFile[],
): Block[] {
  return [
    ...(title ? [{ type: 'text', subtype: 'heading1', text: title }] : []),
    ...media.map(mediaBlock),
    ...textBlocks(text),
    ...(link ? [{ type: 'link', url: link }] : []),
  ]
}
