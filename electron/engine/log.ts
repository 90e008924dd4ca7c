/** The log: JSON lines on stderr, each through the redactor before it is written. */
import pino from 'pino'
import type { Redactor } from './vault/redact.ts'

export interface Log {
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

export interface LogOptions {
  redactor: Redactor
  level: string
  write?(line: string): void
}

/** Errors are told by name, message and stack alone: what libraries hang on them may hold requests whole. */
function toldError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? {} : { cause: toldError(error.cause) }
  return { name: error.name, message: error.message, stack: error.stack, ...cause }
}

export function createLog({ redactor, level, write = (line) => process.stderr.write(line) }: LogOptions): Log {
  const levels = [...Object.keys(pino.levels.values), 'silent']
  const options = {
    level: levels.includes(level) ? level : 'info',
    base: { pid: process.pid },
    serializers: { error: toldError },
  }
  return pino(options, { write: (line: string) => write(redactor.redact(line)) })
}
