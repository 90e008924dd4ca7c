/** Where failures and notices lead is a screen that there is. */
import { expect, test } from 'vitest'
import { catalog } from '../../electron/providers/catalog.ts'
import { codeFiles, read } from './sources.ts'

const namesIn = (path: string, pattern: RegExp) => [...read(path).matchAll(pattern)].map((match) => match[1] ?? '')
const screens = namesIn('renderer/router.tsx', /path: '\/([a-z]+)'/g)
const sections = namesIn('renderer/features/settings/settings-page.tsx', /\{ id: '([a-z]+)'/g)

/** What is wrong with a link; what is put into it while the program runs is taken for right. */
function faultOf(href: string): string | undefined {
  const [screen = '', below] = href.slice(1).split('?')[0]?.split('/') ?? []
  if (!screens.includes(screen)) return `${href}: there is no screen ${screen}`
  if (below === undefined || below.startsWith('$')) return undefined
  const known = screen === 'settings' ? sections : Object.keys(catalog)
  return known.includes(below) ? undefined : `${href}: there is no ${below}`
}

const linked = codeFiles()
  .filter((path) => path.startsWith('electron/') && !path.endsWith('.test.ts'))
  .flatMap((path) => namesIn(path, /href: ['"`](\/[^'"`]*)/g))

test('every link of the engine leads to a screen', () => {
  expect(linked.length).toBeGreaterThan(20)
  expect(linked.flatMap((href) => faultOf(href) ?? [])).toEqual([])
})

test.each(['/settings/secret-storage', '/nowhere', '/integrations/nobody'])('%s is found to lead nowhere', (href) => {
  expect(faultOf(href)).toContain('there is no')
})
