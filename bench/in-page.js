/** What runs inside the page while the screens are measured; `figures` hangs on the window. */
const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve))

/** Waits for the first frame in which it holds, until that frame is painted: the next task comes after its rendering. */
async function until(holds) {
  const startedAt = performance.now()
  do {
    if (performance.now() - startedAt > 10_000) throw new Error(`it never came: ${holds}`)
    await nextFrame()
  } while (!holds())
  const { port1, port2 } = new MessageChannel()
  const painted = new Promise((resolve) => {
    port1.onmessage = resolve
  })
  port2.postMessage(null)
  await painted
  port1.close()
}

window.figures = {
  /** Milliseconds from a click in the sidebar until the heading of the other screen is painted. */
  async visit(name) {
    const link = [...document.querySelectorAll('nav a')].find((one) => one.textContent.trim().startsWith(name))
    if (!link) throw new Error(`the sidebar has no ${name}`)
    const startedAt = performance.now()
    link.click()
    await until(() => document.querySelector('h1')?.textContent === name)
    return performance.now() - startedAt
  },

  /** Milliseconds from Ctrl+K until the field of the palette is painted. */
  async palette() {
    const startedAt = performance.now()
    const key = { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true, cancelable: true }
    document.body.dispatchEvent(new KeyboardEvent('keydown', key))
    await until(() => document.querySelector('[aria-label="Command"]')?.checkVisibility() === true)
    return performance.now() - startedAt
  },

  /** The frames of a page that does nothing: what the machine itself leaves out. */
  async rest(steps) {
    const frames = []
    let before = await nextFrame()
    for (let step = 0; step < steps; step += 1) {
      const now = await nextFrame()
      frames.push(now - before)
      before = now
    }
    return frames
  },

  /** Scrolls by small steps, every twelfth a leap to any place; the frames of each, and the most rows that stood there. */
  async scroll(steps) {
    const grid = document.querySelector('[aria-rowcount]')
    const all = [...document.querySelectorAll('main, main *')].filter((one) => one.scrollHeight > one.clientHeight + 200)
    const scroller = all.sort((a, b) => b.scrollHeight - a.scrollHeight)[0]
    if (!grid || !scroller) throw new Error('there is no table to scroll')
    const frames = []
    const leaps = []
    let rows = 0
    let before = await nextFrame()
    for (let step = 1; step <= steps; step += 1) {
      if (step % 12 === 0) scroller.scrollTop = (((step * 7_919) % 1_000) / 1_000) * scroller.scrollHeight
      else scroller.scrollTop += 120
      const now = await nextFrame()
      const into = step % 12 === 0 ? leaps : frames
      into.push(now - before)
      before = now
      rows = Math.max(rows, grid.querySelectorAll('[role=row]').length)
    }
    return { frames, leaps, rows, of: Number(grid.getAttribute('aria-rowcount')) }
  },
}
