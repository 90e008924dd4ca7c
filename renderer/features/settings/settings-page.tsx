/** Settings in two panes; every section has an address. */
import { useParams } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { Page } from '../../ui/page.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { AboutSection } from './about-section.tsx'
import { EmailSection } from './email-section.tsx'
import { NotificationsSection } from './notifications-section.tsx'
import classes from './settings.module.css'
import { TenantsSection } from './tenants-section.tsx'
import { TokensSection } from './tokens-section.tsx'
import { VaultSection } from './vault-section.tsx'

const sections: ReadonlyArray<{ id: string; title: string; section: ComponentType }> = [
  { id: 'tenants', title: 'Tenants', section: TenantsSection },
  { id: 'secrets', title: 'Secret storage', section: VaultSection },
  { id: 'tokens', title: 'API tokens', section: TokensSection },
  { id: 'notifications', title: 'Notifications', section: NotificationsSection },
  { id: 'email', title: 'E-mail order', section: EmailSection },
  { id: 'about', title: 'About', section: AboutSection },
]

export function SettingsPage() {
  const { section } = useParams({ strict: false })
  const shown = sections.find(({ id }) => id === section) ?? sections[0]
  const Section = shown?.section ?? TenantsSection
  return (
    <Page title="Settings" bleed>
      <div className={classes.panes}>
        <nav className={classes.nav} aria-label="Settings">
          {sections.map(({ id, title }) => (
            <a key={id} href={`#/settings/${id}`} className={classes.link} aria-current={id === shown?.id ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <ScrollRegion className={classes.pane} aria-label={shown?.title}>
          <Section />
        </ScrollRegion>
      </div>
    </Page>
  )
}
