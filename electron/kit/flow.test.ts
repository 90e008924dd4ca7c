import { expect, test, vi } from 'vitest'
import { createPatience, flowOn } from './flow.ts'
import { orStopped } from './stopping.ts'

/** An answer that says one word, then nothing, and does not listen to any signal. */
function halting() {
  const cancelled = vi.fn()
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new Uint8Array([65])),
    cancel: cancelled,
  })
  return { response: new Response(body), cancelled }
}

test('work that never hears of a stop is left when it comes', async () => {
  const stop = new AbortController()
  const never = orStopped(new Promise(() => undefined), [stop.signal])
  stop.abort(new Error('enough'))
  await expect(never).rejects.toThrow('enough')
  await expect(orStopped(new Promise(() => undefined), [stop.signal])).rejects.toThrow('enough')
  expect(await orStopped(Promise.resolve('done'), [new AbortController().signal])).toBe('done')
})

test('a flowing answer that is stopped ends in our words, and its source is let go', async () => {
  const stop = new AbortController()
  const { response, cancelled } = halting()
  const patience = createPatience(60_000)
  const toError = () => new Error('told')
  const flowing = flowOn(response, { patience, signals: [stop.signal], mostBytes: 100, toError })
  const reader = flowing.body?.getReader()
  expect((await reader?.read())?.value).toEqual(new Uint8Array([65]))
  const next = reader?.read()
  stop.abort()
  await expect(next).rejects.toThrow('told')
  expect(cancelled).toHaveBeenCalled()
})

test('a flowing answer that does not end is left once it is too large', async () => {
  const cancelled = vi.fn()
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(40)), cancel: cancelled })
  const toError = (error: unknown) => new Error(`told: ${(error as Error).message}`)
  const flowing = flowOn(new Response(body), { patience: createPatience(60_000), signals: [], mostBytes: 100, toError })
  await expect(flowing.text()).rejects.toThrow('told: answer larger than 100 bytes')
  expect(cancelled).toHaveBeenCalled()
})
