/** Phrases by which a person asks to be told: which there are, and what they find in a text. */
import { z } from 'zod'
import { mostTriggers, readCharacters, Trigger, TriggerMatch } from '#shared/triggers'
import { pageOf, procedure } from './common.ts'

/** Procedures about triggers. */
export const triggers = {
  list: procedure
    .route({ method: 'GET', path: '/triggers', summary: 'Phrases that mean "tell my operator"' })
    .input(z.strictObject({}).optional())
    .output(pageOf(Trigger)),
  put: procedure
    .route({ method: 'PUT', path: '/triggers', summary: 'Replace the whole list of triggers' })
    .input(z.strictObject({ items: z.array(Trigger).max(mostTriggers) }))
    .output(pageOf(Trigger)),
  test: procedure
    .route({ method: 'POST', path: '/triggers/test', summary: 'Where the triggers that are on stand in a text' })
    .input(z.strictObject({ text: z.string().max(readCharacters) }))
    .output(pageOf(TriggerMatch)),
}
