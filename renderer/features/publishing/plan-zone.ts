/** The time zone in which the operator plans, remembered on this computer; without a choice, the computer's own. */
import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { isTimeZone } from '#shared/time-zone'

interface PlanZone {
  zone: string | null
  choose: (zone: string) => void
}

const usePlanZone = create<PlanZone>()(
  persist(
    (set) => ({
      zone: null,
      choose: (zone) => set({ zone }),
    }),
    { name: 'atlas.plan-zone' },
  ),
)

/** A zone that this browser no longer knows counts as none chosen. */
const zoneOf = (zone: string | null) =>
  zone !== null && isTimeZone(zone) ? zone : Intl.DateTimeFormat().resolvedOptions().timeZone

/** The zone of a new plan. */
export const planZone = () => zoneOf(usePlanZone.getState().zone)

/** The zone and its choice. */
export function useZoneChoice(): [string, (zone: string) => void] {
  const { zone, choose } = usePlanZone()
  return [zoneOf(zone), choose]
}
