import { expect, test } from 'vitest'
import type { JobState } from '#shared/job'
import { type CampaignState, campaignState, campaignWords, countStates } from './campaign-state.ts'

const cases: [JobState[], CampaignState, string][] = [
  [['succeeded', 'succeeded'], 'live', '2 of 2 live'],
  [['succeeded', 'succeeded', 'succeeded', 'failed', 'unknown'], 'unknown', '3 of 5 live, 1 failed, 1 unknown'],
  [['succeeded', 'failed'], 'partly_live', '1 of 2 live, 1 failed'],
  [['failed', 'cancelled'], 'failed', '0 of 2 live, 1 failed, 1 cancelled'],
  [['cancelled'], 'cancelled', '0 of 1 live, 1 cancelled'],
  [['queued', 'waiting'], 'scheduled', '0 of 2 live, 1 waiting, 1 scheduled'],
  [['waiting'], 'waiting', '0 of 1 live, 1 waiting'],
  [['queued', 'failed'], 'underway', '0 of 2 live, 1 failed, 1 scheduled'],
  [['running', 'unknown'], 'running', '0 of 2 live, 1 going out, 1 unknown'],
]

test.each(cases)('%j is %s: %s', (states, state, told) => {
  const counts = countStates(states)
  expect(campaignState(counts)).toBe(state)
  expect(campaignWords(counts)).toBe(told)
})
