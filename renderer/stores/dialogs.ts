/** Which of the shell's dialogs is open. Any feature may open one; only the shell draws them. */
import { create } from 'zustand'

export type DialogName = 'vault' | 'new-tenant' | 'keys'

interface Dialogs {
  open: DialogName | null
  show: (name: DialogName) => void
  close: () => void
}

/** The shell's dialogs. */
export const useDialogs = create<Dialogs>()((set) => ({
  open: null,
  show: (name) => set({ open: name }),
  close: () => set({ open: null }),
}))
