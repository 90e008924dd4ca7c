/** Addresses: digits in them arrive as numbers, and whatever takes a word takes those too. */
import { expect, test } from 'vitest'
import type { z } from 'zod'

const modules = import.meta.glob<Record<string, unknown>>('./features/*/*-search.ts', { eager: true })
const schemas = Object.values(modules).flatMap((module) =>
  Object.entries(module).filter((entry): entry is [string, z.ZodObject] => entry[0].endsWith('Search')),
)

test.each(schemas)('%s takes an id that is only digits for the word it is', (_name, schema) => {
  for (const key of Object.keys(schema.shape)) {
    const takesWords = schema.parse({ [key]: 'a word' })[key] === 'a word'
    if (takesWords) expect(schema.parse({ [key]: 12 })).toEqual({ [key]: '12' })
  }
})
