/** Where the built screens lie, seen from the bundle or from the source. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

export function screensDir(): string {
  const here = import.meta.dirname
  const places = [resolve(here, '../renderer'), resolve(here, '../../renderer'), resolve(here, '../../out/renderer')]
  return (
    places.find((place) => existsSync(resolve(place, 'index.html')) && existsSync(resolve(place, 'assets'))) ??
    resolve(here, '../renderer')
  )
}
