/** The areas of the product, in the order of the sidebar. Sidebar, palette and keys read this list. */
import {
  IconBriefcase,
  IconCreditCard,
  IconFlask,
  IconFolder,
  IconLayoutDashboard,
  IconMessages,
  IconPlugConnected,
  type IconProps,
  IconRobot,
  IconSend,
  IconSettings,
  IconSparkles,
  IconTimeline,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'

export interface Area {
  path:
    | '/overview'
    | '/integrations'
    | '/messaging'
    | '/publishing'
    | '/agents'
    | '/jobs'
    | '/files'
    | '/audit'
    | '/ai'
    | '/billing'
    | '/sandbox'
    | '/settings'
  title: string
  /** Pressed after G. */
  letter: string
  icon: ComponentType<IconProps>
  /** Only where there is a sandbox. */
  demoOnly?: boolean
  foot?: boolean
}

export const areas: readonly Area[] = [
  { path: '/overview', title: 'Overview', letter: 'o', icon: IconLayoutDashboard },
  { path: '/integrations', title: 'Integrations', letter: 'i', icon: IconPlugConnected },
  { path: '/messaging', title: 'Messaging', letter: 'm', icon: IconMessages },
  { path: '/publishing', title: 'Publishing', letter: 'p', icon: IconSend },
  { path: '/agents', title: 'Agents', letter: 'e', icon: IconRobot },
  { path: '/jobs', title: 'Jobs', letter: 'j', icon: IconBriefcase },
  { path: '/files', title: 'Files', letter: 'f', icon: IconFolder },
  { path: '/audit', title: 'Audit', letter: 'l', icon: IconTimeline },
  { path: '/ai', title: 'AI providers', letter: 'a', icon: IconSparkles },
  { path: '/billing', title: 'Billing', letter: 'y', icon: IconCreditCard },
  { path: '/sandbox', title: 'Sandbox', letter: 'b', icon: IconFlask, demoOnly: true },
  { path: '/settings', title: 'Settings', letter: 's', icon: IconSettings, foot: true },
]
