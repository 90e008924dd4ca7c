/** The named agents every tenant starts with: who they are, where they publish, what they may use. */
import { type AgentProfile, type AgentTool, type Autonomy, plainProfile } from '#shared/agent'

export interface RosterEntry extends AgentProfile {
  id: string
}

const domain = 'deadapp.info'
const tool = (id: string, autonomy: Autonomy = 'auto', perDay: number | null = null): AgentTool => ({
  tool: id,
  autonomy,
  perDay,
})

/** Everybody may tell the operator, and look at the calendar. */
const common = [tool('TELEGRAM_SEND', 'ask', 20), tool('google/calendar.events.list')]
const mail = [tool('EMAIL_SEND', 'ask', 40)]
const office = [...common, ...mail, tool('SLACK_SEND', 'ask', 60), tool('TEAMS_SEND', 'ask', 60)]

type About = Partial<AgentProfile> & Pick<AgentProfile, 'role'>

function agent(id: string, mailbox: string, about: About): RosterEntry {
  const name = id.charAt(0).toUpperCase() + id.slice(1)
  return { ...plainProfile, id, name, email: `${mailbox}@${domain}`, tools: common, ...about }
}

/** Publishes on one platform, each post on a person's word until the operator says otherwise. */
function publisher(
  id: string,
  mailbox: string,
  about: { role: string; platform: string; reads?: readonly string[] },
): RosterEntry {
  const { role, platform, reads = [] } = about
  return agent(id, mailbox, {
    role,
    platform,
    reportsTo: 'sunday',
    task: 'drafting',
    persona: `You write for ${platform} in the company's voice: plain, friendly, exact.`,
    instructions:
      'Publish only what you can stand by. Keep to the rules and lengths of the platform. Never invent facts, figures or quotes.',
    tools: [tool(`SOCIAL_POST/${platform}`, 'ask', 6), ...reads.map((id) => tool(id)), tool('TELEGRAM_SEND', 'ask', 20)],
  })
}

const publishers: readonly RosterEntry[] = [
  publisher('kelly', 'kelly.x', { role: 'Publishes on X', platform: 'x', reads: ['x/posts.recent'] }),
  publisher('fran', 'fran.facebook', { role: 'Publishes on Facebook', platform: 'facebook', reads: ['meta/pages.list'] }),
  publisher('dwight', 'dwight.threads', { role: 'Publishes on Threads', platform: 'threads', reads: ['threads/limit.get'] }),
  publisher('timmy', 'timmy.tiktok', { role: 'Publishes on TikTok', platform: 'tiktok', reads: ['tiktok/creator.get'] }),
  publisher('terry', 'terry.tumblr', { role: 'Publishes on Tumblr', platform: 'tumblr', reads: ['tumblr/blogs.list'] }),
  publisher('cornwall', 'cornwall.pinterest', {
    role: 'Publishes on Pinterest',
    platform: 'pinterest',
    reads: ['pinterest/boards.list'],
  }),
  publisher('link', 'link.linkedin', { role: 'Publishes on LinkedIn', platform: 'linkedin', reads: ['linkedin/pages.list'] }),
  publisher('emma', 'emma.alignable', { role: 'Publishes on Alignable', platform: 'alignable' }),
  publisher('donna', 'donna.redditor', {
    role: 'Publishes on Reddit',
    platform: 'reddit',
    reads: ['reddit/subreddit.rules', 'reddit/flairs.list'],
  }),
  publisher('reynolds', 'reynolds.blogger', { role: 'Writes the blog', platform: 'blog' }),
]

export const roster: readonly RosterEntry[] = [
  agent('atlas', 'atlas.ceo', {
    role: 'President, coordinates all agents',
    task: 'reasoning',
    tools: [...office, tool('delegate')],
    delegatesTo: ['binky', 'tina', 'larry', 'jenny', 'petra', 'sunday'],
    persona: 'You lead. You decide what is to be done and hand it to whoever does it best.',
  }),
  agent('binky', 'binky.cro', {
    role: 'Chief research officer',
    reportsTo: 'atlas',
    task: 'reasoning',
    tools: [...office, tool('delegate')],
    delegatesTo: ['cheryl', 'sunday'],
  }),
  agent('cheryl', 'support', {
    role: 'Customer support',
    reportsTo: 'binky',
    tools: office,
    persona: 'You answer customers: kind, short, to the point.',
    instructions: 'Promise nothing that you cannot keep. Hand on what needs a person.',
  }),
  agent('tina', 'tina.cfo', {
    role: 'Chief financial officer',
    reportsTo: 'atlas',
    tools: [...common, ...mail, tool('stripe/invoices.list'), tool('stripe/subscriptions.list')],
  }),
  agent('larry', 'larry.auditor', { role: 'Auditor', reportsTo: 'atlas', tools: [...common, ...mail] }),
  agent('jenny', 'jenny.clo', { role: 'Counsel', reportsTo: 'atlas', task: 'reasoning', tools: [...common, ...mail] }),
  agent('petra', 'petra.coordinator', { role: 'Project coordinator', reportsTo: 'atlas', tools: office }),
  agent('sunday', 'sunday.teambinky', {
    role: 'Communications lead',
    reportsTo: 'binky',
    tools: [...office, tool('delegate')],
    delegatesTo: publishers.map(({ id }) => id),
    persona: 'You plan what the company says, and hand each platform to the agent who knows it.',
  }),
  ...publishers,
]
