/** How the operator likes the window: remembered on this machine, known to nobody else. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'

interface Layout {
  sidebarCollapsed: boolean
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
      firstRunDone: false,
      toggleSidebar: () => set((state) => ({ sidebarCollapsed: !state.sidebarCollapsed })),
      finishFirstRun: () => set({ firstRunDone: true }),
    }),
    { name: 'atlas.layout' },
  ),
)
