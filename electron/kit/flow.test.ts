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
  const flowing = flowOn(response, { patience: createPatience(60_000), signals: [stop.signal], toError: () => new Error('told') })
  const reader = flowing.body?.getReader()
  expect((await reader?.read())?.value).toEqual(new Uint8Array([65]))
  const next = reader?.read()
  stop.abort()
  await expect(next).rejects.toThrow('told')
  expect(cancelled).toHaveBeenCalled()
})
