/** What lies in the stand-in's storage, durable with its ledger: buckets, objects, uploads under way. */
import type { SandboxContext } from './define.ts'

export interface StoredObject {
  id: string
  key: string
  contentType: string
  sizeBytes: number
  metadata: unknown
  at: number
}

export interface Resumable {
  id: string
  key: string
  contentType: string
  metadata: unknown
  length: number
  offset: number
  upsert: boolean
}

/** Under this folder of every tenant lie files that are always there; what is written there is taken and not kept. */
const examples = /^[^/]+\/tenants\/[^/]+\/examples(\/|$)/
const exampleText = 'Welcome to the files of this tenant.\n'

function exampleAt(key: string, at: number): StoredObject | undefined {
  if (!examples.test(key) || !key.endsWith('.txt')) return undefined
  const sizeBytes = exampleText.length
  return { id: '00000000-0000-4000-8000-000000000001', key, contentType: 'text/plain', sizeBytes, metadata: {}, at }
}

/** Objects by `bucket/key`. */
export function createObjects(context: SandboxContext) {
  const read = <T>(place: string): T | undefined => context.recall(place)?.body as T | undefined
  const keep = (place: string, body: unknown) => context.keep(place, { status: 200, body })
  const index = () => read<Record<string, StoredObject>>('objects') ?? {}
  const buckets = () => read<Record<string, boolean>>('buckets') ?? { kb_uploads: false }

  return {
    bucketNames: () => Object.keys(buckets()),
    hasBucket: (name: string) => name in buckets(),
    isPublic: (name: string) => buckets()[name] === true,
    addBucket: (name: string, open: boolean) => keep('buckets', { ...buckets(), [name]: open }),
    isExample: (key: string) => examples.test(key),
    one: (key: string) => index()[key] ?? exampleAt(key, context.now()),
    all: () => Object.values(index()),
    bytes(key: string): Uint8Array {
      const stored = read<string>(`bytes ${key}`)
      return stored === undefined ? new TextEncoder().encode(exampleText) : Buffer.from(stored, 'base64')
    },
    put(object: Omit<StoredObject, 'id' | 'at'>, bytes: Uint8Array): StoredObject {
      const whole = { ...object, id: crypto.randomUUID(), at: context.now() }
      if (examples.test(object.key)) return whole
      keep(`bytes ${object.key}`, Buffer.from(bytes).toString('base64'))
      keep('objects', { ...index(), [object.key]: whole })
      return whole
    },
    remove(key: string): void {
      const { [key]: gone, ...rest } = index()
      if (!gone) return
      keep('objects', rest)
      keep(`bytes ${key}`, '')
    },
    upload: (id: string) => read<Resumable>(`upload ${id}`),
    setUpload: (upload: Resumable) => keep(`upload ${upload.id}`, upload),
    addPiece: (id: string, offset: number, bytes: Uint8Array) =>
      keep(`piece ${id} ${offset}`, Buffer.from(bytes).toString('base64')),
    piecesOf({ id, length }: Resumable): Uint8Array {
      const pieces: Buffer[] = []
      for (let offset = 0; offset < length; ) {
        const piece = Buffer.from(read<string>(`piece ${id} ${offset}`) ?? '', 'base64')
        if (piece.length === 0) break
        pieces.push(piece)
        offset += piece.length
      }
      return Buffer.concat(pieces)
    },
  }
}

export type Objects = ReturnType<typeof createObjects>
