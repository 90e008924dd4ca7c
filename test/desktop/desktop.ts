/** The desktop as an operator sees and uses it, whichever Electron it runs on. */
import type { Page } from '@playwright/test'

export interface MenuShown {
  label: string
  enabled: boolean
  submenu?: MenuShown[]
}

export interface TrayShown {
  icon: string
  /** The image file is missing or unreadable. */
  empty: boolean
  tooltip: string
  menu: MenuShown[]
}

export interface Desktop {
  kind: 'double' | 'electron'
  page: Page
  pid: number
  tray(): Promise<TrayShown | undefined>
  clickTray(...labels: string[]): Promise<void>
  /** The number on the app's icon. */
  badge(): Promise<number>
  notifications(): Promise<{ title: string; body: string }[]>
  clickNotification(index: number): Promise<void>
  openedOutside(): Promise<string[]>
  questions(): Promise<{ message: string; buttons: string[] }[]>
  /** Answers the oldest question with one of its buttons. */
  answer(button: string): Promise<void>
  windowStates(): Promise<{ visible: boolean; focused: boolean; minimized: boolean }[]>
  /** The operator looks at something else. */
  lookAway(): Promise<void>
  closeWindow(): Promise<void>
  /** The system hands the app a link. */
  openLink(url: string): Promise<void>
  /** Waits for the process to end, and tells its exit code. */
  ended(): Promise<number | null>
  kill(): Promise<void>
}
