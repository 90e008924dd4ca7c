/** The overview as an operator opens it in the morning: what waits first, and each line leads to where it is dealt with. */
import { expect, go, test } from './fixtures.ts'

test('what waits is told first with its evidence, and goes once it is dealt with', async ({ demo }) => {
  await go(demo, '/agents?agent=kelly')
  await demo.getByRole('button', { name: 'Give work' }).click()
  await demo
    .getByRole('textbox', { name: 'Instruction' })
    .fill('Say it on X.\nscript:\ncall SOCIAL_POST-x {"text":"From the overview"}\nsay Done.')
  await demo.getByRole('button', { name: 'Begin the run' }).click()
  await expect(demo.getByRole('complementary').getByText('Waits: X: From the overview')).toBeVisible()

  await demo.keyboard.press('Escape')
  await go(demo, '/')
  await expect(demo.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible()
  const needs = demo.getByRole('region', { name: /^Needs you/ })
  await expect(needs.getByText(/From the overview/)).toBeVisible()
  await needs
    .getByRole('listitem')
    .filter({ hasText: 'From the overview' })
    .getByRole('link', { name: /^Decide: / })
    .click()
  const decision = demo.getByRole('region', { name: 'Decision' })
  await expect(decision.getByText('From the overview').first()).toBeVisible()
  await decision.getByRole('button', { name: 'Approve' }).first().click()
  await expect(decision.getByText(/Approved by/)).toBeVisible()
  await demo.keyboard.press('g')
  await demo.keyboard.press('o')
  await expect(needs).toBeVisible()
  await expect(needs.getByText(/From the overview/)).toHaveCount(0)
})
