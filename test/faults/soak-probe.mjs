/** Loaded into a program before its own first line (NODE_OPTIONS=--import=…): writes down, again and again, what that process holds. */
import { appendFileSync, readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

const { ATLAS_SOAK_SAMPLES: file, ATLAS_SOAK_EVERY: everyMs = '1000' } = process.env

if (file && isMainThread) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const sample = () => {
    const lagMs = delay.percentile(99) / 1e6 - 10
    // What nobody holds any more is no leak. The pause that this makes is not the program's own.
    collect()
    const { rss, heapUsed, external } = process.memoryUsage()
    const resources = process.getActiveResourcesInfo()
    const told = {
      pid: process.pid,
      at: Date.now(),
      lagMs: Math.max(0, lagMs),
      rssMb: rss / 1e6,
      heapMb: (heapUsed + external) / 1e6,
      fds: readdirSync('/proc/self/fd').length,
      timers: resources.filter((name) => name === 'Timeout' || name === 'Immediate').length,
      resources: resources.length,
    }
    appendFileSync(file, `${JSON.stringify(told)}\n`)
    setImmediate(() => delay.reset())
  }
  setInterval(sample, Number(everyMs)).unref()
}
