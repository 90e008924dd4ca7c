/** The tray: draws the model, and turns clicks into actions. */
import { Menu, type MenuItemConstructorOptions, nativeImage, Tray } from 'electron'
import type { TrayAction, TrayIcon, TrayItem, TrayModel } from './tray-model.ts'
import { resourcePath } from './window.ts'

export interface TrayView {
  draw(model: TrayModel): void
  destroy(): void
}

/** Shows the tray. Linux draws only a menu that is set anew, so each change sets the whole menu. */
export function createTrayView(first: TrayModel, act: (action: TrayAction) => void): TrayView {
  const tray = new Tray(toImage(first.icon))
  let drawn = ''
  // On Linux and macOS a click opens the menu; on Windows people expect the window.
  if (process.platform === 'win32') tray.on('click', () => act({ do: 'open' }))
  const view: TrayView = {
    draw(model) {
      const next = JSON.stringify(model)
      if (next === drawn) return
      drawn = next
      tray.setImage(toImage(model.icon))
      tray.setToolTip(model.tooltip)
      tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => toMenuItem(item, act))))
    },
    destroy: () => tray.destroy(),
  }
  view.draw(first)
  return view
}

/** macOS tints a template image itself; elsewhere the icon carries its own colour. Electron finds `@2x` beside it. */
function toImage(icon: TrayIcon) {
  return nativeImage.createFromPath(resourcePath('tray', process.platform === 'darwin' ? `${icon}Template.png` : `${icon}.png`))
}

function toMenuItem(item: TrayItem, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  if (item === 'separator') return { type: 'separator' }
  if ('submenu' in item) return { label: item.label, submenu: item.submenu.map((each) => toMenuItem(each, act)) }
  if ('disabled' in item) return { label: item.label, enabled: false }
  return { label: item.label, click: () => act(item.action) }
}
