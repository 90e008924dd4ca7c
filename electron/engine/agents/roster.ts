/** The named agents every tenant starts with: who they are, where they publish, and their own addresses. */

export interface RosterEntry {
  id: string
  name: string
  role: string
  email: string | null
  platform: string | null
}

const domain = 'deadapp.info'

function agent(id: string, role: string, mailbox: string | null, platform: string | null = null): RosterEntry {
  const name = id.charAt(0).toUpperCase() + id.slice(1)
  return { id, name, role, email: mailbox === null ? null : `${mailbox}@${domain}`, platform }
}

export const roster: readonly RosterEntry[] = [
  agent('atlas', 'President, coordinates all agents', 'atlas.ceo'),
  agent('binky', 'Chief research officer', 'binky.cro'),
  agent('cheryl', 'Customer support', 'support'),
  agent('tina', 'Chief financial officer', 'tina.cfo'),
  agent('larry', 'Auditor', 'larry.auditor'),
  agent('jenny', 'Counsel', 'jenny.clo'),
  agent('petra', 'Project coordinator', 'petra.coordinator'),
  agent('sunday', 'Communications lead', 'sunday.teambinky'),
  agent('kelly', 'Publishes on X', 'kelly.x', 'x'),
  agent('fran', 'Publishes on Facebook', 'fran.facebook', 'facebook'),
  agent('dwight', 'Publishes on Threads', 'dwight.threads', 'threads'),
  agent('timmy', 'Publishes on TikTok', 'timmy.tiktok', 'tiktok'),
  agent('terry', 'Publishes on Tumblr', 'terry.tumblr', 'tumblr'),
  agent('cornwall', 'Publishes on Pinterest', 'cornwall.pinterest', 'pinterest'),
  agent('link', 'Publishes on LinkedIn', 'link.linkedin', 'linkedin'),
  agent('emma', 'Publishes on Alignable', 'emma.alignable', 'alignable'),
  agent('donna', 'Publishes on Reddit', 'donna.redditor', 'reddit'),
  agent('reynolds', 'Writes the blog', 'reynolds.blogger', 'blog'),
]
