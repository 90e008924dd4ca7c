/** The areas of the product, in the order of the sidebar. Sidebar, palette and keys read this list. */
import {
  IconBriefcase,
  IconCreditCard,
  IconFlask,
  IconMessages,
  IconPlugConnected,
  type IconProps,
  IconSettings,
  IconTimeline,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

export interface Area {
  path: '/integrations' | '/messaging' | '/jobs' | '/audit' | '/billing' | '/sandbox' | '/settings'
  title: string
  /** Pressed after G. */
  letter: string
  icon: ComponentType<IconProps>
  /** Only where there is a sandbox. */
  demoOnly?: boolean
  foot?: boolean
}

export const areas: readonly Area[] = [
  { path: '/integrations', title: 'Integrations', letter: 'i', icon: IconPlugConnected },
  { path: '/messaging', title: 'Messaging', letter: 'm', icon: IconMessages },
  { path: '/jobs', title: 'Jobs', letter: 'j', icon: IconBriefcase },
  { path: '/audit', title: 'Audit', letter: 'l', icon: IconTimeline },
  { path: '/billing', title: 'Billing', letter: 'y', icon: IconCreditCard },
  { path: '/sandbox', title: 'Sandbox', letter: 'b', icon: IconFlask, demoOnly: true },
  { path: '/settings', title: 'Settings', letter: 's', icon: IconSettings, foot: true },
]
