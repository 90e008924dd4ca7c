import { expect, test } from 'vitest'
import { partsOf, piecesOf } from './preview-parts.ts'

test('a thread is several texts, an empty form none', () => {
  expect(partsOf('x', { text: 'One', thread: ['Two', ''] }).texts).toEqual(['One', 'Two'])
  expect(partsOf('x', {}).texts).toEqual([])
})

test('a post on Reddit has its place, its title and Markdown', () => {
  expect(partsOf('reddit', { title: 'Open day', text: '**Today**', subreddit: 'r/harbour' })).toMatchObject({
    title: 'Open day',
    place: 'r/harbour',
    reading: 'markdown',
  })
})

test('links, mentions and tags are marked where the platform makes links of them, and letters around them are kept', () => {
  const text = 'See https://example.com/a, @ada and #Hafenöffnung; mail me@example.com'
  const marked = piecesOf('x', text)
  expect(marked.map(({ text: piece }) => piece).join('')).toBe(text)
  expect(marked.filter(({ kind }) => kind !== 'text').map(({ text: piece, kind }) => [kind, piece])).toEqual([
    ['link', 'https://example.com/a'],
    ['mention', '@ada'],
    ['tag', '#Hafenöffnung'],
  ])
  expect(piecesOf('alignable', text).filter(({ kind }) => kind !== 'text')).toHaveLength(1)
})
