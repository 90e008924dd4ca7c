/** What a person is told of notices: what happened, why, what to do, and where. Never a message or a secret. */
import { deepLinkTo } from '#shared/deep-link'

export interface ToldNotice {
  title: string
  message: string
  href: string
  count: number
}

const longest = 300
const mostTold = 20

function lineOf({ title, message, href, count }: ToldNotice): string {
  const times = count > 1 ? ` (${count} times)` : ''
  return `${title}${times}\n${message.slice(0, longest)}\n${deepLinkTo(href)}`
}

/** One message for however many there are. */
export function wordsOf(notices: readonly ToldNotice[], state: 'open' | 'settled'): { title: string; text: string } {
  const [first] = notices
  const isOne = notices.length === 1 && first !== undefined
  if (state === 'settled') {
    const title = isOne ? `Settled: ${first.title}` : `${notices.length} things are settled`
    return {
      title: title.slice(0, longest),
      text: notices
        .slice(0, mostTold)
        .map(({ title: each }) => `Settled: ${each}`)
        .join('\n'),
    }
  }
  const title = isOne ? first.title : `${notices.length} things need you`
  const rest = notices.length > mostTold ? [`And ${notices.length - mostTold} more: ${deepLinkTo('/overview')}`] : []
  return { title: title.slice(0, longest), text: [...notices.slice(0, mostTold).map(lineOf), ...rest].join('\n\n') }
}
