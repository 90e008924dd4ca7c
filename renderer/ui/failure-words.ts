/** Failure kinds as headings for people. */
import type { FailureKind } from '#shared/failure'

export const failureWords: Readonly<Record<FailureKind, string>> = {
  invalid: 'Check the input',
  unauthorized: 'Sign-in is no longer accepted',
  forbidden: 'A permission is missing',
  not_found: 'Not found',
  conflict: 'It clashes with what is there',
  rejected: 'The provider refused',
  quota: 'The allowance is used up',
  rate_limited: 'The provider asks to wait',
  unavailable: 'Cannot be reached right now',
  unknown: 'Outcome unknown',
  pending_verification: 'Waiting for the provider’s approval',
  unsupported: 'Cannot be done through this provider',
  cancelled: 'Stopped',
  unexpected: 'Atlas UX met something it does not know',
}
