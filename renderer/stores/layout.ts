/** How the operator likes the window: remembered on this machine, known to nobody else. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'

/** A window in which the sidebar would leave no room: it is folded there, whatever is chosen for wider ones. */
export const narrowWindow = '(max-width: 600px)'

interface Layout {
  sidebarCollapsed: boolean
  /** Opened for a moment in a window too narrow for it. */
  sidebarPeek: boolean
  /** Whether the first-run screen was answered. */
  firstRunDone: boolean
  toggleSidebar: () => void
  finishFirstRun: () => void
}

/** The layout. The colour scheme is kept by Mantine itself. */
export const useLayout = create<Layout>()(
  persist(
    (set) => ({
      sidebarCollapsed: false,
      sidebarPeek: false,
      firstRunDone: false,
      toggleSidebar: () =>
        set(({ sidebarCollapsed, sidebarPeek }) =>
          window.matchMedia(narrowWindow).matches ? { sidebarPeek: !sidebarPeek } : { sidebarCollapsed: !sidebarCollapsed },
        ),
      finishFirstRun: () => set({ firstRunDone: true }),
    }),
    {
      name: 'atlas.layout',
      partialize: ({ sidebarCollapsed, firstRunDone }) => ({ sidebarCollapsed, firstRunDone }),
    },
  ),
)
