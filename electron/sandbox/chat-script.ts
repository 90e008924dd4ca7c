/**
 * What a stand-in of a model answers, read from the conversation instead of thought.
 *
 * A whole run of several answers is written into a user message as a block. The line `script:` opens it, each line after it is
 * one answer, and the first line of another form ends it:
 *
 *     script:
 *     think I look first then call look_up {"what":"prices"}
 *     call post {"text":"Hello"} && call note {"text":"posted"}
 *     say It is done.\nSecond line.
 *
 * The messages of the assistant so far tell which answer is next; after the last one it says `Done.`
 */
import { randomUUID } from 'node:crypto'
import { type Fields, isFields, messagesOf, wordsIn } from './chat-protocol.ts'

export interface ScriptedCall {
  id: string
  name: string
  /** As a model writes it: JSON, if the script wrote JSON. */
  arguments: string
}

export interface Scripted {
  text: string
  calls: readonly ScriptedCall[]
  finish: string
  slowly: boolean
}

function toolNames(body: Fields): string[] {
  const tools = Array.isArray(body.tools) ? body.tools.filter(isFields) : []
  return tools.map((tool) => (isFields(tool.function) ? String(tool.function.name) : ''))
}

const mayCall = (body: Fields) => body.tool_choice !== 'none' && toolNames(body).length > 0

const isLine = (line: string) => /^(say|call|think)\s/i.test(line)

/** The lines of the block in the first message of a user that has one; undefined where none has. */
function linesOf(body: Fields): string[] | undefined {
  for (const message of messagesOf(body)) {
    if (message.role !== 'user') continue
    const lines = wordsIn(message)
      .split('\n')
      .map((line) => line.trim())
    const start = lines.findIndex((line) => /^script:$/i.test(line))
    if (start < 0) continue
    const rest = lines.slice(start + 1)
    const end = rest.findIndex((line) => !isLine(line))
    return end < 0 ? rest : rest.slice(0, end)
  }
  return undefined
}

/** Ids are never the same twice, as real ones are not. */
function callsIn(line: string): ScriptedCall[] {
  return line.split(/ && (?=call\s)/i).flatMap((part) => {
    const [, name, json] = /^call\s+([\w-]+)\s*(.*)$/i.exec(part) ?? []
    return name ? [{ id: `call_${randomUUID().replaceAll('-', '')}`, name, arguments: json || '{}' }] : []
  })
}

/** `\n` as it is written in a line is a new line of the answer. */
const said = (text: string) => text.replaceAll('\\n', '\n')

/** One line as an answer. A tool is called only by whom tools were offered to; which, and with what, is the script's to get wrong. */
function lineAnswer(line: string, body: Fields): Scripted {
  const slowly = /\bslowly\b/i.test(line)
  const [, thought = '', act = line] = /^think\s+(.*?)\s+then\s+((?:say|call)\s.*)$/i.exec(line) ?? []
  const calls = mayCall(body) ? callsIn(act) : []
  if (calls.length > 0) return { text: said(thought), calls, finish: 'tool_calls', slowly }
  const words = said(act.replace(/^say\s+/i, ''))
  return { text: thought ? `${said(thought)}\n\n${words}` : words, calls: [], finish: 'stop', slowly }
}

/** The next answer of a run's block; undefined where there is no block. */
function runAnswer(body: Fields): Scripted | undefined {
  const lines = linesOf(body)
  if (!lines) return undefined
  const before = messagesOf(body).filter(({ role }) => role === 'assistant').length
  return lineAnswer(lines[before] ?? 'say Done.', body)
}

/**
 * The next answer. Without a block it is read from the last message: `call tool NAME {json}` asks for that tool, `say: …` says
 * exactly that, `slowly` takes its time, `refuse this` meets the content filter; anything else is told back.
 */
export function scriptOf(body: Fields, name: string): Scripted {
  return runAnswer(body) ?? lastMessageAnswer(body, name)
}

function lastMessageAnswer(body: Fields, name: string): Scripted {
  const last = messagesOf(body).at(-1) ?? {}
  const text = wordsIn(last)
  const says = { calls: [], finish: 'stop', slowly: /\bslowly\b/i.test(text) }
  if (last.role === 'tool') return { ...says, text: `The tool answered: ${text.slice(0, 400)}` }
  const [, tool = '', json = '{}'] = /call tool ([\w-]+)\s*(\{[\s\S]*\})?/i.exec(text) ?? []
  if (mayCall(body) && toolNames(body).includes(tool)) {
    return { ...says, text: '', calls: [{ id: `call_${tool}`, name: tool, arguments: json }], finish: 'tool_calls' }
  }
  if (/refuse this/i.test(text)) return { ...says, text: '', finish: 'content_filter' }
  const wanted = /say:\s*([\s\S]+)/i.exec(text)?.[1]
  if (wanted !== undefined) return { ...says, text: wanted }
  const format = isFields(body.response_format) ? body.response_format.type : undefined
  if (format === 'json_object') return { ...says, text: JSON.stringify({ answer: text.slice(0, 400) }) }
  return { ...says, text: `${name} read ${text.length} characters: ${text.slice(0, 400)}` }
}
