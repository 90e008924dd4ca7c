/** Finds the program of a thread: its source beside the file that starts it, or its bundle beside the bundle or its chunks. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { failed } from '#shared/failure'

export interface ThreadProgram {
  /** `import.meta.url` of the file that starts it. */
  here: string
  /** Name of its source without the ending, such as `verifier-thread`. */
  source: string
  /** Name of its bundle without the ending, as the build calls it. */
  bundle: string
}

export function threadProgram({ here, source, bundle }: ThreadProgram): URL {
  const places = [`./${source}.ts`, `./${bundle}.js`, `../${bundle}.js`].map((place) => new URL(place, here))
  const found = places.find((place) => existsSync(fileURLToPath(place)))
  if (!found) throw failed('unexpected', `The program ${bundle} is missing from this build.`)
  return found
}
