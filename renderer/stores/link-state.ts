/** How the page stands with the engine, and since when. */
import { create } from 'zustand'

/** `signed_out` exists only in a browser: the session cookie is missing or has ended. */
export type LinkStatus = 'connecting' | 'open' | 'lost' | 'signed_out'

interface LinkState {
  status: LinkStatus
  since: number
  /** When the link was last open; null when it never was. */
  lastOpenAt: number | null
  move: (status: LinkStatus) => void
}

/** The state of the link; only rpc.ts moves it. */
export const useLinkState = create<LinkState>()((set) => ({
  status: 'connecting',
  since: Date.now(),
  lastOpenAt: null,
  move: (status) =>
    set((state) => {
      if (state.status === status) return state
      const now = Date.now()
      return { status, since: now, lastOpenAt: state.status === 'open' ? now : state.lastOpenAt }
    }),
}))
