/* Loaded into a real Electron before the product (`-r`): remembers what the product shows outside its window, for desktop-electron.ts to read. */
const { basename } = require('node:path')
const { dialog, nativeImage, Notification, shell, Tray } = require('electron')

const names = new WeakMap()
const seen = { trays: new Map(), notifications: [], questions: [], openedOutside: [] }
globalThis.atlasSeen = seen

const { createFromPath } = nativeImage
nativeImage.createFromPath = (path) => {
  const image = createFromPath(path)
  names.set(image, basename(path))
  return image
}

function remember(tray, more) {
  seen.trays.set(tray, { ...seen.trays.get(tray), ...more })
}
const { setContextMenu, setImage, setToolTip, destroy } = Tray.prototype
Object.assign(Tray.prototype, {
  setContextMenu(menu) {
    remember(this, { menu })
    setContextMenu.call(this, menu)
  },
  setImage(image) {
    remember(this, { icon: names.get(image) ?? '', empty: image.isEmpty() })
    setImage.call(this, image)
  },
  setToolTip(tooltip) {
    remember(this, { tooltip })
    setToolTip.call(this, tooltip)
  },
  destroy() {
    seen.trays.delete(this)
    destroy.call(this)
  },
})

const { show } = Notification.prototype
Notification.prototype.show = function () {
  seen.notifications.push(this)
  show.call(this)
}
shell.openExternal = async (url) => {
  seen.openedOutside.push(url)
}
dialog.showMessageBox = (_window, { message, buttons }) =>
  new Promise((resolve) => {
    seen.questions.push({ message, buttons, answer: (response) => resolve({ response, checkboxChecked: false }) })
  })
