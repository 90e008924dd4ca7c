/** Attempts that ended, minute by minute, by how they ended. */
import { BarChart } from '@mantine/charts'
import type { JobStats } from '#shared/contract/jobs'

const series = [
  { name: 'succeeded', color: 'var(--atlas-ok)' },
  { name: 'retried', color: 'var(--atlas-warn)' },
  { name: 'failed', color: 'var(--atlas-bad)' },
  { name: 'unknown', color: 'var(--atlas-human)' },
]

export function Throughput({ stats }: { stats: JobStats }) {
  const data = stats.buckets.map((bucket) => ({
    ...bucket,
    at: new Date(bucket.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }),
  }))
  return (
    <BarChart
      h={110}
      data={data}
      dataKey="at"
      type="stacked"
      series={series}
      withYAxis
      withLegend={false}
      gridAxis="none"
      barProps={{ isAnimationActive: false }}
    />
  )
}
