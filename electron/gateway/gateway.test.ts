import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { createGateway } from './gateway.ts'
import { openGatewayWorld } from './gateway-world.ts'

function reaches(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

test('it listens on this machine alone', async () => {
  const world = await openGatewayWorld()
  const port = Number(new URL(world.url).port)
  expect(await reaches('127.0.0.1', port)).toBe(true)
  const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  for (const { address } of others.filter(({ family, internal }) => family === 'IPv4' && !internal)) {
    expect(`${address} ${await reaches(address, port)}`).toBe(`${address} false`)
  }
  await world.close()
  expect(await reaches('127.0.0.1', port)).toBe(false)
})

test('a taken port is told with what to do', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  const { port } = taken.address() as { port: number }
  const world = await openGatewayWorld()
  const second = createGateway({ ...world.parts, port })
  await expect(second.start()).rejects.toMatchObject({
    failure: { kind: 'conflict', message: expect.stringContaining(`Port ${port} is taken`) },
  })
  await world.close()
  await new Promise((resolve) => taken.close(resolve))
})

test('stopping lets an answer under way end, and takes nothing new', async () => {
  const world = await openGatewayWorld()
  const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  world.answer('jobs.list', async () => {
    asked.resolve()
    await answered.promise
    return { items: [], nextCursor: null }
  })
  const answer = world.send('/v1/jobs')
  await asked.promise
  const stopped = world.close()
  await expect(world.send('/v1/health')).rejects.toThrow('ECONNREFUSED')
  answered.resolve()
  expect((await answer).status).toBe(200)
  await stopped
})

test('stopping does not wait for news, which never end', async () => {
  const world = await openGatewayWorld()
  const news = world.send('/v1/news').catch((error: Error) => error.message)
  await world.listenersBecome(1)
  await world.close()
  expect(await news).toMatch(/aborted|hang up|ECONNRESET/)
  await world.listenersBecome(0)
})
