/** How many tokens an order comes to, counted before it is sent. The encoding is loaded when first needed. */
import type { ChatMessage, ChatTool } from '#shared/ai/chat'
import type { Model } from '#shared/ai/models'

/** Tokens around each message beside its words, and around an answer. */
const perMessage = 4
const perOrder = 8
/** What a tokenizer that is not ours may count more, an estimate on the safe side; the answer's bound is not touched. */
const strangerMargin = 1.35
/** A longer run without a break is counted in pieces: the encoder's time grows with the square of a run. */
const longestRun = 256

type Encoding = { countTokens(text: string): number }
let encoding: Promise<Encoding> | undefined

function load(): Promise<Encoding> {
  encoding ??= import('gpt-tokenizer/encoding/o200k_base').then(({ countTokens }) => ({
    // Text that spells a control token is text here.
    countTokens: (text) => countTokens(text, { disallowedSpecial: new Set() }),
  }))
  return encoding
}

/** Cuts runs that are too long; each cut may add a token, never take one. */
function piecesOf(text: string): string[] {
  return text
    .split(/(\S{257,}|\s{257,})/)
    .flatMap((piece, at) => (at % 2 === 0 ? [piece] : (piece.match(new RegExp(`[^]{1,${longestRun}}`, 'g')) ?? [])))
    .filter((piece) => piece !== '')
}

/** Tokens of a text in the encoding of OpenAI's models. */
export async function countText(text: string): Promise<number> {
  const { countTokens } = await load()
  return piecesOf(text).reduce((sum, piece) => sum + countTokens(piece), 0)
}

const wordsOf = (message: ChatMessage) =>
  `${message.content ?? ''}${message.role === 'assistant' && message.toolCalls ? JSON.stringify(message.toolCalls) : ''}`

/** Tokens of an order in the encoding of OpenAI's models. */
export async function countOrder(messages: readonly ChatMessage[], tools: readonly ChatTool[] = []): Promise<number> {
  let tokens = perOrder
  for (const message of messages) tokens += perMessage + (await countText(wordsOf(message)))
  if (tools.length > 0) tokens += await countText(JSON.stringify(tools))
  return tokens
}

/** What a model may count at most where it has a tokenizer of its own. */
export function countFor(model: Model, counted: number): number {
  return model.ownTokenizer ? counted : Math.ceil(counted * strangerMargin)
}
