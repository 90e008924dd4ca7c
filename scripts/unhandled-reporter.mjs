/** A reporter of Vitest: keeps the errors that belong to no test, which fail a run without failing any of its tests. */
import { appendFileSync } from 'node:fs'

/** Appends one line of JSON for each such error to the file that ATLAS_UNHANDLED names. */
export default class UnhandledReporter {
  onTestRunEnd(_modules, errors) {
    const file = process.env.ATLAS_UNHANDLED
    if (!file) return
    for (const { name, message, stack } of errors) appendFileSync(file, `${JSON.stringify({ name, message, stack })}\n`)
  }
}
