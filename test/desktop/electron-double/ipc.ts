/** ipcMain: pages' messages arrive as events. */
import { EventEmitter } from 'node:events'

export const ipcMainDouble = new EventEmitter()
