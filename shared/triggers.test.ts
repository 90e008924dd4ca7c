import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultTriggers, matchTriggers, phraseFault, readCharacters, Trigger, type TriggerLanguage } from './triggers.ts'

const found = (text: string) => matchTriggers(defaultTriggers, text).map(({ start, end }) => text.slice(start, end))
const one = (phrase: string, language: TriggerLanguage = 'any'): Trigger => ({ id: 'x', language, phrase, enabled: true })

describe('is found', () => {
  test.each([
    ['Please let me know when the post is out.', 'let me know'],
    ['NOTIFY ME', 'NOTIFY ME'],
    ['Publish it, and ping\nme afterwards', 'ping\nme'],
    ['Tell me as soon as it is done', 'Tell me as soon as'],
    ['notify your operator', 'notify your operator'],
    ['Wenn fertig: sag mir Bescheid!', 'sag mir Bescheid'],
    ['Benachrichtige mich, wenn es nicht klappt', 'Benachrichtige mich'],
    ['Sag mir, wenn es so weit ist', 'Sag mir, wenn'],
    ['avisame por favor', 'avisame'],
    ['AVÍSAME', 'AVÍSAME'],
    ['avi\u0301same', 'avi\u0301same'],
    ['Préviens-moi quand c’est fini', 'Préviens-moi'],
    ['previens moi', 'previens moi'],
  ])('%s', (text, said) => {
    expect(found(text)).toEqual([said])
  })

  test.each([
    'Don’t forget to notify me',
    "Don't hesitate to let me know",
    'If it does not work let me know',
    'If not, notify me. If not notify me',
    'No, notify me',
    "I won't be there. Let me know",
    'No olvides esto, avísame',
    'N’oublie pas: préviens-moi',
    'Benachrichtige mich wenn es nicht geht',
  ])('also where another word is negated: %s', (text) => {
    expect(found(text).length).toBeGreaterThan(0)
  })

  test('with case folded as Unicode does', () => {
    expect(matchTriggers([one('ruf die Straße an')], 'RUF DIE STRASSE AN')).toHaveLength(1)
    expect(matchTriggers([one('σας')], 'ΣΑΣ')).toHaveLength(1)
  })

  test('each time, with its place', () => {
    const text = '😀 let me know, then let me know'
    expect(matchTriggers([one('let me know', 'en')], text)).toEqual([
      { id: 'x', language: 'en', phrase: 'let me know', start: 3, end: 14 },
      { id: 'x', language: 'en', phrase: 'let me know', start: 21, end: 32 },
    ])
  })
})

describe('is not found', () => {
  test.each([
    "Don't notify me",
    'Don’t ever ping me',
    'do not let me know',
    'Never alert me',
    'There is no need to notify me',
    'You do not have to tell me when it is done',
    "I don't want you to notify me",
    "Don't call or notify me",
    'Benachrichtige mich bitte nicht',
    'Sag mir Bescheid? Nein. Gib mir keinen Bescheid.',
    'No hace falta, no me avises',
    'Préviens-moi pas',
  ])('where it is not wanted: %s', (text) => {
    expect(found(text).filter((said) => said !== 'Sag mir Bescheid')).toEqual([])
  })

  test.each([
    'outlet me knowledge',
    'notify meridian',
    'Notify. Me too.',
    'notify_me()',
    'https://example.com/notify-me/now let it be',
    'mail notify me@example.com',
    'mepingme',
  ])('where the words are none: %s', (text) => {
    expect(found(text)).toEqual([])
  })

  test('when it is off', () => {
    expect(matchTriggers([{ ...one('ping me'), enabled: false }], 'ping me')).toEqual([])
  })

  test('behind what is read', () => {
    expect(matchTriggers([one('ping me')], `${'x '.repeat(readCharacters / 2)}ping me`)).toEqual([])
  })
})

describe('a wildcard', () => {
  const tell = [one('tell * when')]
  test.each([
    ['tell when', 1],
    ['tell me and the others when', 1],
    ['tell a b c d e when', 1],
    ['tell a b c d e f when', 0],
    ['tell me. when', 0],
    ['tell nobody when', 0],
  ])('stands for up to five words of a sentence: %s', (text, count) => {
    expect(matchTriggers(tell, text)).toHaveLength(count)
  })

  test.each(['*', 'a *', '* a', 'a * * b', 'a * b * c * d', '!!', 'x '.repeat(13)])('%j is refused', (phrase) => {
    expect(phraseFault(phrase)).toBeDefined()
    expect(Trigger.safeParse(one(phrase)).success).toBe(false)
  })
})

test('signs that mean something elsewhere are no pattern', () => {
  expect(matchTriggers([one('(a+)+$ ping')], 'aaaa ping a ping')).toMatchObject([{ start: 10, end: 16 }])
})

test('every trigger of the start is well-formed, has a name of its own, and is found in itself', () => {
  expect(defaultTriggers.every((trigger) => Trigger.safeParse(trigger).success)).toBe(true)
  expect(new Set(defaultTriggers.map(({ id }) => id)).size).toBe(defaultTriggers.length)
  for (const trigger of defaultTriggers) expect(matchTriggers([trigger], trigger.phrase.replace('*', 'my'))).toHaveLength(1)
})

test('whatever is written: it ends soon, and every place lies in the text', () => {
  const word = fc.constantFrom('a', 'b', '*', ' ', '.', ',', '\n', 'not', 'ß', '😀', "'", '@')
  const texts = fc.string({ unit: word, maxLength: 2_000 })
  fc.assert(
    fc.property(fc.string({ unit: word, minLength: 1, maxLength: 20 }), texts, (phrase, text) => {
      for (const { start, end } of matchTriggers([one(phrase)], text)) {
        expect(start).toBeLessThan(end)
        expect(text.slice(start, end)).toMatch(/^[\p{L}\p{N}].*[\p{L}\p{N}]$|^[\p{L}\p{N}]$/su)
      }
    }),
  )
  const worst = Array.from({ length: 200 }, (_, at) => ({ ...one('a * a * b'), id: `x${at}` }))
  const before = performance.now()
  expect(matchTriggers(worst, 'a '.repeat(readCharacters / 2))).toEqual([])
  expect(performance.now() - before).toBeLessThan(10_000)
})
