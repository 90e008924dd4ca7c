/** Which keys this machine has; wording only, never a rule. */
export const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent)
