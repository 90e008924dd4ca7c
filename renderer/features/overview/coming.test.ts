import { expect, test } from 'vitest'
import type { Job, Schedule } from '#shared/contract/jobs'
import { nextUp } from './coming.ts'

const now = Date.parse('2026-03-01T12:00:00.000Z')
const job = (id: string, runAt: string) => ({ id, subject: `Post ${id}`, agent: 'kelly', runAt }) as Job
const schedule = (id: string, nextRunAt: string | null, paused = false) => ({ id, name: id, nextRunAt, paused }) as Schedule

test('the soonest comes first; what is due already, paused or over is not to come', () => {
  const coming = nextUp(
    [job('evening', '2026-03-01T20:00:00.000Z'), job('due', '2026-03-01T11:00:00.000Z')],
    [schedule('noon', '2026-03-01T13:00:00.000Z'), schedule('paused', '2026-03-01T12:30:00.000Z', true), schedule('over', null)],
    now,
  )
  expect(coming.map(({ title }) => title)).toEqual(['noon', 'Post evening (kelly)'])
})
