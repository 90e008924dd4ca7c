/** Menu, Tray and nativeImage: nothing is drawn, everything is remembered for the spec to look at and click. */
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { basename } from 'node:path'

export interface ItemDouble {
  label?: string
  type?: string
  enabled?: boolean
  submenu?: unknown
  click?: (...args: never[]) => void
}

export interface MenuShape {
  items: ItemDouble[]
}

export const MenuDouble = {
  buildFromTemplate: (items: ItemDouble[]): MenuShape => ({
    items: items.map((item) =>
      Array.isArray(item.submenu) ? { ...item, submenu: MenuDouble.buildFromTemplate(item.submenu) } : item,
    ),
  }),
  setApplicationMenu(_menu: MenuShape | null): void {
    // A browser window without chrome has no place for it.
  },
}

export interface ImageDouble {
  name: string
  isEmpty(): boolean
}

export const nativeImageDouble = {
  createFromPath: (path: string): ImageDouble => ({ name: basename(path), isEmpty: () => !existsSync(path) }),
}

/** Trays that exist now. */
export const trays = new Set<TrayDouble>()

export class TrayDouble extends EventEmitter {
  image: ImageDouble
  tooltip = ''
  menu: MenuShape = { items: [] }

  constructor(image: ImageDouble) {
    super()
    this.image = image
    trays.add(this)
  }
  setImage(image: ImageDouble): void {
    this.image = image
  }
  setToolTip(tooltip: string): void {
    this.tooltip = tooltip
  }
  setContextMenu(menu: MenuShape | null): void {
    this.menu = menu ?? { items: [] }
  }
  destroy(): void {
    trays.delete(this)
  }
}
