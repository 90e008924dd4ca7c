/** Which tenant is on screen. Everything else about tenants is asked from the engine. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'

interface Session {
  /** Null until the list of tenants has come and one was chosen. */
  tenantId: string | null
  choose: (tenantId: string) => void
}

/** The session. */
export const useSession = create<Session>()(
  persist(
    (set) => ({
      tenantId: null,
      choose: (tenantId) => set({ tenantId }),
    }),
    { name: 'atlas.session' },
  ),
)
