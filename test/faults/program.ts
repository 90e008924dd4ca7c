/** A program under a fault: told when to begin, heard line by line, stopped, continued and killed by its own process id. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Program {
  pid: number
  /** Lets it begin once it has loaded itself; until then it touches nothing. */
  go(): Promise<void>
  /** All lines so far. */
  lines: string[]
  /** The first line that begins so, or the one that makes so many of them; rejects when the program ends without it. */
  line(beginning: string, count?: number): Promise<string>
  signal(name: NodeJS.Signals): void
  /** Ends it as a crash would, and waits until all it said was heard. */
  kill(): Promise<void>
  /** Its exit code once it ended by itself and all was heard. */
  ended: Promise<number | null>
}

export interface ProgramOptions {
  arguments?: readonly string[]
  environment?: Readonly<Record<string, string>>
  /** What starts it, before Node: such as a limit on the size of files. */
  through?: readonly string[]
}

function begin(file: string, { arguments: rest = [], environment = {}, through = [] }: ProgramOptions): ChildProcess {
  const [command = process.execPath, ...before] = [...through, process.execPath, file, ...rest]
  return spawn(command, before, { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH ?? '', ...environment } })
}

export function startProgram(file: string, options: ProgramOptions = {}): Program {
  const child = begin(file, options)
  const { stdin, stdout } = child
  if (!stdin || !stdout) throw new Error('the program has no streams')
  const lines: string[] = []
  const listeners = new Set<() => void>()
  // A program killed before it read its order closes the pipe under us; its end is told by `ended`.
  stdin.on('error', () => undefined)
  createInterface({ input: stdout }).on('line', (line) => {
    lines.push(line)
    for (const listener of listeners) listener()
  })
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const line = (beginning: string, count = 1) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = lines.filter((each) => each.startsWith(beginning))[count - 1]
        if (found === undefined) return
        listeners.delete(look)
        resolve(found)
      }
      listeners.add(look)
      look()
      ended.then((code) =>
        reject(new Error(`the program ended with ${code} and never said "${beginning}": ${lines.join(' | ')}`)),
      )
    })
  return {
    pid: child.pid ?? 0,
    async go() {
      await line('loaded')
      stdin.write('go\n')
    },
    lines,
    line,
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    ended,
  }
}
