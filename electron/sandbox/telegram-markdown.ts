/** Telegram's MarkdownV2 as its server reads it, as far as telling well-formed text from text it refuses. */

const reserved = new Set('_*[]()~`>#+-=|{}.!')

/** Marks that open and close an entity, the longer ones first. */
const marks: readonly { mark: string; name: string }[] = [
  { mark: '```', name: 'PreCode' },
  { mark: '`', name: 'Code' },
  { mark: '||', name: 'Spoiler' },
  { mark: '__', name: 'Underline' },
  { mark: '*', name: 'Bold' },
  { mark: '_', name: 'Italic' },
  { mark: '~', name: 'Strikethrough' },
]

interface Open {
  mark: string
  name: string
  at: number
}

const isCode = (mark: string) => mark.startsWith('`')

/** Why Telegram would refuse the text, in its words after "can't parse entities: "; undefined when it would not. */
export function faultOfMarkdown(text: string): string | undefined {
  const open: Open[] = []
  let at = 0
  while (at < text.length) {
    const step = readAt(text, at, open)
    if (typeof step === 'string') return step
    at += step
  }
  const left = open.at(-1)
  return left ? `Can't find end of ${left.name} entity at byte offset ${offsetOf(text, left.at)}` : undefined
}

function offsetOf(text: string, at: number): number {
  return new TextEncoder().encode(text.slice(0, at)).length
}

/** Reads what stands at a place: characters passed, or what is wrong there. */
function readAt(text: string, at: number, open: Open[]): number | string {
  if (text[at] === '\\') return 2
  const inside = open.at(-1)
  if (inside && isCode(inside.mark)) return readCode(text, at, open)
  const found = marks.find(({ mark }) => text.startsWith(mark, at))
  if (found) return toggle(found, at, open)
  if (text[at] === '[') return readLink(text, at)
  const startsLine = at === 0 || text[at - 1] === '\n'
  if (text[at] === '>' && startsLine) return 1
  const char = text[at] ?? ''
  return reserved.has(char) ? `Character '${char}' is reserved and must be escaped with the preceding '\\'` : 1
}

function readCode(text: string, at: number, open: Open[]): number {
  const mark = open.at(-1)?.mark ?? ''
  if (!text.startsWith(mark, at)) return 1
  open.pop()
  return mark.length
}

function toggle({ mark, name }: { mark: string; name: string }, at: number, open: Open[]): number | string {
  if (open.at(-1)?.mark === mark) open.pop()
  else if (open.some((one) => one.mark === mark)) return `Can't find end of ${open.at(-1)?.name} entity at byte offset ${at}`
  else open.push({ mark, name, at })
  return mark.length
}

function readLink(text: string, at: number): number | string {
  const link = /^\[(?:\\.|[^\]\\])*\](?:\((?:\\.|[^)\\])*\))?/.exec(text.slice(at))
  return link ? link[0].length : `Can't find end of a link entity at byte offset ${offsetOf(text, at)}`
}
