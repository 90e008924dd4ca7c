/** Links into the app from outside. They only ever navigate; nothing is done by following one. */
import { deepLinkTo } from '#shared/deep-link'
import type { Target } from './desktop-app.ts'

const longestPath = 512
const pathShape = /^\/(?:[A-Za-z0-9_.~-]+(?:\/[A-Za-z0-9_.~-]+)*\/?)?(?:\?[A-Za-z0-9_.~!*'(),:;=&%+-]*)?$/
const dotSegment = /(?:^|\/)\.{1,2}(?:\/|\?|$)/

/** Whether a text is a path inside the app: plain segments and a query, no host, no dot segments, nothing to decode in the path. */
export function isInAppPath(path: string): boolean {
  return path.length <= longestPath && pathShape.test(path) && !dotSegment.test(path)
}

/** The place that a deep link names, or undefined for anything that is not exactly one. */
export function toTarget(link: string): Target | undefined {
  if (link.length > longestPath + 32 || !link.startsWith(deepLinkTo('/'))) return undefined
  // Judged on the raw text: parsing first would resolve dot segments away before they could be refused.
  const path = link.slice(deepLinkTo('').length)
  return isInAppPath(path) ? { path } : undefined
}

/** The deep link among a process's arguments, when the system started us to open one. */
export function findTarget(argv: readonly string[]): Target | undefined {
  for (const argument of argv.slice(1)) {
    const target = toTarget(argument)
    if (target) return target
  }
  return undefined
}
