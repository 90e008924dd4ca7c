import { expect, test } from 'vitest'
import type { DesktopApproval } from './desktop-app.ts'
import { approvalItems } from './tray-approvals.ts'

const asked = (text: string): DesktopApproval => ({
  tenantId: 'demo',
  id: 'a1',
  hash: 'h',
  who: 'Kelly & co',
  effect: 'Publishes a post on X.',
  payload: { platform: 'x', text },
})

test('the whole payload is in the menu beside the answers, and each answer names exactly that payload', () => {
  const approval = asked('Good morning, harbour. The lighthouse is open from nine, and the boats go out at ten.')
  const [entry] = approvalItems([approval])
  expect(entry).toMatchObject({
    label: 'Waits for your word (1)',
    submenu: [
      {
        label: 'Kelly && co asks',
        submenu: [
          { label: 'Publishes a post on X.', disabled: true },
          { label: 'platform: x', disabled: true },
          { label: 'text: Good morning, harbour. The lighthouse is open from', disabled: true },
          { label: 'nine, and the boats go out at ten.', disabled: true },
          'separator',
          { label: 'Approve', action: { do: 'decide', decision: 'approve', approval } },
          { label: 'Reject', action: { do: 'decide', decision: 'reject', approval } },
          { label: 'Look at it…' },
        ],
      },
    ],
  })
})

test('what cannot be read whole in a menu is not agreed to there', () => {
  const text = JSON.stringify(approvalItems([asked('word '.repeat(400))]))
  expect(text).toContain('Too long to be read here')
  expect(text).not.toContain('"decide"')
})

test('where nothing waits there is no entry', () => {
  expect(approvalItems([])).toEqual([])
})
