/** Every state of shared has a word, and no two states of one kind can be taken for each other without colour. */
import { describe, expect, it } from 'vitest'
import { ConnectionState } from '#shared/connection'
import { JobState } from '#shared/job'
import { connectionWords, jobWords, tones, wordOf } from './status.ts'

describe('status vocabulary', () => {
  it('names every connection and job state', () => {
    expect(Object.keys(connectionWords).sort()).toEqual([...ConnectionState.options].sort())
    expect(Object.keys(jobWords).sort()).toEqual([...JobState.options].sort())
  })

  it('tells states apart by word', () => {
    for (const words of [Object.values(connectionWords), Object.values(jobWords)]) {
      expect(new Set(words.map((entry) => entry.word)).size).toBe(words.length)
      expect(words.every((entry) => tones.includes(entry.tone))).toBe(true)
    }
  })

  it('tells a queued job that was tried before as retrying', () => {
    expect(wordOf('queued').word).toBe('Queued')
    expect(wordOf('queued', 3).word).toBe('Retrying')
    expect(wordOf('failed', 3).word).toBe('Failed')
  })
})
