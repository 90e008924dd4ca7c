/** Overview: what needs a person first, then what is to come, how things go, and what they cost. */
import { Page } from '../../ui/page.tsx'
import { PauseButton } from '../jobs/pause-button.tsx'
import { FirstSteps } from './first-steps.tsx'
import { NeedsYou } from './needs-you.tsx'
import classes from './overview.module.css'
import { AgentsTile, ComingTile, ConnectionsTile, JobsTile, SpendTile } from './tiles.tsx'

export function OverviewPage() {
  return (
    <Page title="Overview" lead="What waits for you, and everything else that was observed." actions={<PauseButton />}>
      <div className={classes.tiles}>
        <NeedsYou />
        <FirstSteps />
        <ComingTile />
        <JobsTile />
        <AgentsTile />
        <ConnectionsTile />
        <SpendTile />
      </div>
    </Page>
  )
}
