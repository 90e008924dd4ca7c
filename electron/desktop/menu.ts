/** The application menu: macOS needs one for copy, paste and quit; elsewhere the page has its own commands. */
import { Menu, type MenuItemConstructorOptions } from 'electron'

const macMenu: MenuItemConstructorOptions[] = [{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]

/** Sets the menu. None elsewhere also takes away the shortcuts for reload and developer tools. */
export function setApplicationMenu(platform: NodeJS.Platform): void {
  Menu.setApplicationMenu(platform === 'darwin' ? Menu.buildFromTemplate(macMenu) : null)
}
