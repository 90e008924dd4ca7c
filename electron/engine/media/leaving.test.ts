import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createLeaving } from './leaving.ts'

/** Files by content, and contents on a disk that takes its time. */
function createShelf() {
  const files: string[] = []
  const disk = new Set<string>()
  const leaving = createLeaving(async (_tenant, content) => {
    if (files.includes(content)) return
    await turn()
    disk.delete(content)
  })
  return {
    files,
    disk,
    add: (content: string) =>
      leaving.whileAdding('t', async () => {
        disk.add(content)
        await turn()
        files.push(content)
      }),
    async drop(content: string) {
      files.splice(files.indexOf(content), 1)
      await leaving.leave('t', content)
    },
  }
}

test('a content that comes back while its last file goes stays', async () => {
  const { files, disk, add, drop } = createShelf()
  await add('same')
  const coming = add('same')
  const going = drop('same')
  await Promise.all([coming, going])
  await turn()
  expect(files).toEqual(['same'])
  expect([...disk]).toEqual(['same'])
})

test('a content that comes back while it is being removed is there again', async () => {
  const { disk, add, drop } = createShelf()
  await add('same')
  const going = drop('same')
  await Promise.all([going, add('same')])
  expect([...disk]).toEqual(['same'])
})

test('a content that left while another came in goes once that is in', async () => {
  const { disk, add, drop } = createShelf()
  await add('old')
  const coming = add('new')
  await drop('old')
  await coming
  for (let turns = 0; turns < 5; turns += 1) await turn()
  expect([...disk]).toEqual(['new'])
})

test('what could not be removed is told to whoever let it go, and tried again with the next', async () => {
  const removed: string[] = []
  let isBroken = true
  const leaving = createLeaving(async (_tenant, content) => {
    if (isBroken) throw new Error('the disk is away')
    removed.push(content)
  })
  await expect(leaving.leave('t', 'first')).rejects.toThrow('the disk is away')
  isBroken = false
  await leaving.leave('t', 'second')
  expect(removed).toEqual(['first', 'second'])
})
