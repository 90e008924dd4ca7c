/** What closing the window does: jobs run in this process, so the operator is asked once whether they go on. */
import { app, type BrowserWindow, dialog } from 'electron'
import { readDesktopState, writeDesktopState } from './window-state.ts'

const buttons = ['Keep running', 'Quit']

export interface ClosingOptions {
  window: BrowserWindow
  statePath: string
  quit: () => void
}

/** Decides what becomes of the window and the app when somebody closes it. On macOS closing hides, as every app there does. */
export function decideClosing({ window, statePath, quit }: ClosingOptions): void {
  let quitting = false
  app.on('before-quit', () => {
    quitting = true
  })
  window.on('close', (event) => {
    if (quitting) return
    event.preventDefault()
    const { onClose } = readDesktopState(statePath)
    if (process.platform === 'darwin') window.hide()
    else if (onClose) follow(onClose)
    else askAndFollow()
  })

  function askAndFollow(): void {
    ask(window)
      .then(({ choice, remember }) => {
        if (remember) writeDesktopState(statePath, { ...readDesktopState(statePath), onClose: choice })
        follow(choice)
      })
      // The question could not be shown, so nobody could say otherwise: go on running, visibly.
      .catch(() => window.minimize())
  }

  function follow(choice: 'keep' | 'quit'): void {
    // Not every Linux desktop shows a tray icon, so there the window stays reachable in the task list.
    if (choice === 'quit') quit()
    else if (process.platform === 'linux') window.minimize()
    else window.hide()
  }
}

async function ask(window: BrowserWindow): Promise<{ choice: 'keep' | 'quit'; remember: boolean }> {
  const { response, checkboxChecked } = await dialog.showMessageBox(window, {
    type: 'question',
    message: 'Keep Atlas UX running?',
    detail: 'Queued jobs are sent only while it runs. If you quit, they wait until you open it again.',
    buttons,
    defaultId: 0,
    cancelId: 0,
    checkboxLabel: "Remember this and don't ask again",
  })
  return { choice: response === 1 ? 'quit' : 'keep', remember: checkboxChecked }
}
