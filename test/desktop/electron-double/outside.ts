/** Notifications, dialogs and the system's browser: recorded, and answered by the spec. */
import { EventEmitter } from 'node:events'

export const notifications: NotificationDouble[] = []

export class NotificationDouble extends EventEmitter {
  readonly title: string
  readonly body: string
  static isSupported(): boolean {
    return true
  }
  constructor({ title = '', body = '' }: { title?: string; body?: string } = {}) {
    super()
    this.title = title
    this.body = body
  }
  show(): void {
    notifications.push(this)
    this.emit('show')
  }
  close(): void {
    this.emit('close')
  }
}

interface Question {
  message: string
  buttons: string[]
  answer(response: number, checkboxChecked: boolean): void
}

/** Questions that wait for an answer, and errors that were shown. */
export const questions: Question[] = []
export const errorsShown: { title: string; content: string }[] = []

export const dialogDouble = {
  showErrorBox(title: string, content: string): void {
    errorsShown.push({ title, content })
    process.stderr.write(`${title}: ${content}\n`)
  },
  showMessageBox(_window: unknown, { message, buttons = [] }: { message: string; buttons?: string[] }) {
    return new Promise<{ response: number; checkboxChecked: boolean }>((resolve) => {
      questions.push({ message, buttons, answer: (response, checkboxChecked) => resolve({ response, checkboxChecked }) })
    })
  },
}

/** Addresses that would have opened in the system's browser. */
export const openedOutside: string[] = []

export const shellDouble = {
  async openExternal(url: string): Promise<void> {
    openedOutside.push(url)
  },
}
