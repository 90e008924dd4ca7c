import { expect, go, test } from './fixtures.ts'

const file = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) })

test('a file goes up, is read, renamed, linked and deleted', async ({ demo, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await go(demo, '/files')
  await expect(demo.getByRole('heading', { name: 'Files', level: 1 })).toBeVisible()
  const input = demo.locator('input[type=file]').first()
  await input.setInputFiles([file('Grüße.txt', 'Good morning'), file('other.txt', 'x')])
  const uploads = demo.getByRole('region', { name: 'Uploads' })
  await expect(uploads.getByText('Stored')).toHaveCount(2)

  await demo.getByRole('grid', { name: 'Files' }).getByText('Grüße.txt').click()
  const drawer = demo.getByRole('complementary', { name: 'Grüße.txt' })
  await expect(drawer.getByText('Good morning')).toBeVisible()

  await drawer.getByRole('button', { name: 'Copy link' }).click()
  await expect(demo.getByText('The link was copied.')).toBeVisible()
  const link = await demo.evaluate(() => navigator.clipboard.readText())
  expect(await (await fetch(link)).text()).toBe('Good morning')

  await drawer.getByLabel('Path').fill('letters/hello.txt')
  await drawer.getByRole('button', { name: 'Rename' }).click()
  const grid = demo.getByRole('grid', { name: 'Files' })
  await grid.getByText('letters', { exact: true }).click()
  await grid.getByText('hello.txt').click()
  await demo.getByRole('button', { name: 'Delete file' }).click()
  await demo.getByRole('dialog').getByRole('button', { name: 'Delete file' }).click()
  await expect(demo.getByText('Nothing here yet')).toBeVisible()
})

test('what is there is replaced only when somebody says so', async ({ demo }) => {
  await go(demo, '/files')
  const input = demo.locator('input[type=file]').first()
  await input.setInputFiles([file('twice.txt', 'one')])
  const uploads = demo.getByRole('region', { name: 'Uploads' })
  await expect(uploads.getByText('Stored')).toBeVisible()
  await uploads.getByRole('button', { name: /Take twice.txt/ }).click()
  await input.setInputFiles([file('twice.txt', 'two')])
  await expect(uploads.getByText(/already/)).toBeVisible()
  await uploads.getByRole('button', { name: 'Replace' }).click()
  await expect(uploads.getByText('Stored')).toBeVisible()
})
