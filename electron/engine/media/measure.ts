/** Measures a file by its own bytes: type, pixels, length of a video. What it calls itself counts for nothing but plain text. */
import { type FileHandle, open } from 'node:fs/promises'

export interface Measures {
  contentType: string
  width?: number
  height?: number
  seconds?: number
}

/** How much of a file its type and the size of a picture are read from. */
const headBytes = 512 * 1024
/** Index of a video that is read whole, at most. */
const mostIndexBytes = 32 * 1024 * 1024

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

interface Box {
  type: string
  start: number
  end: number
}

/** One box of an MP4 or QuickTime file, by its header. */
function boxAt(header: Buffer, start: number, end: number): Box | undefined {
  if (header.length < 8) return undefined
  const type = header.toString('latin1', 4, 8)
  const short = header.readUInt32BE(0)
  if (short === 1 && header.length < 16) return undefined
  const long = short === 1
  const size = long ? Number(header.readBigUInt64BE(8)) : short || end - start
  if (size < (long ? 16 : 8)) return undefined
  return { type, start: start + (long ? 16 : 8), end: Math.min(start + size, end) }
}

function boxesIn(bytes: Buffer): { type: string; content: Buffer }[] {
  const boxes: { type: string; content: Buffer }[] = []
  for (let at = 0; at < bytes.length; ) {
    const box = boxAt(bytes.subarray(at, at + 16), at, bytes.length)
    if (!box) break
    boxes.push({ type: box.type, content: bytes.subarray(box.start, box.end) })
    at = box.end
  }
  return boxes
}

/** The movie box, wherever it lies: writers put it first or last. */
async function indexOf(file: FileHandle, size: number): Promise<Buffer | undefined> {
  for (let at = 0; at < size; ) {
    const box = boxAt(await readAt(file, at, 16), at, size)
    if (!box) return undefined
    if (box.type === 'moov') return readAt(file, box.start, Math.min(box.end - box.start, mostIndexBytes))
    at = box.end
  }
  return undefined
}

function secondsOf(header: Buffer): number | undefined {
  const long = header[0] === 1
  if (header.length < (long ? 32 : 20)) return undefined
  const scale = header.readUInt32BE(long ? 20 : 12)
  const length = long ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16)
  return scale > 0 ? length / scale : undefined
}

/** Pixels of a track as it is shown: a quarter turn swaps them. */
function pixelsOf(header: Buffer): { width: number; height: number } | undefined {
  const matrix = header[0] === 1 ? 52 : 40
  if (header.length < matrix + 44) return undefined
  const [width, height] = [header.readUInt32BE(matrix + 36) >>> 16, header.readUInt32BE(matrix + 40) >>> 16]
  if (width === 0 || height === 0) return undefined
  const turned = header.readInt32BE(matrix) === 0 && header.readInt32BE(matrix + 4) !== 0
  return turned ? { width: height, height: width } : { width, height }
}

async function measureVideo(file: FileHandle, size: number): Promise<Omit<Measures, 'contentType'>> {
  const index = await indexOf(file, size)
  if (!index) return {}
  const boxes = boxesIn(index)
  const header = boxes.find(({ type }) => type === 'mvhd')?.content
  const tracks = boxes.filter(({ type }) => type === 'trak').map(({ content }) => boxesIn(content))
  const pixels = tracks
    .map((track) => track.find(({ type }) => type === 'tkhd')?.content)
    .map((track) => (track ? pixelsOf(track) : undefined))
    .find((found) => found !== undefined)
  const seconds = header ? secondsOf(header) : undefined
  return { ...pixels, ...(seconds === undefined ? {} : { seconds }) }
}

async function measureImage(head: Buffer): Promise<Omit<Measures, 'contentType'>> {
  const { imageSize } = await import('image-size')
  try {
    const { width, height, orientation = 1 } = imageSize(head)
    // From 5 on, EXIF lays the picture on its side.
    return orientation >= 5 ? { width: height, height: width } : { width, height }
  } catch {
    // Its type is known, its size is not: whoever needs it asks later.
    return {}
  }
}

/** Text has no marks of its own; it is known by holding nothing else. */
function isText(head: Buffer): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true }).includes('\0')
  } catch {
    return false
  }
}

const textTypes = /^(text\/(plain|csv|markdown)|application\/json)\b/

export async function measureFile(path: string, told: string): Promise<Measures> {
  const { fileTypeFromBuffer } = await import('file-type')
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const head = await readAt(file, 0, Math.min(size, headBytes))
    const contentType = (await fileTypeFromBuffer(head))?.mime
    if (contentType === undefined) {
      if (!isText(head)) return { contentType: 'application/octet-stream' }
      return { contentType: textTypes.test(told) ? told : 'text/plain' }
    }
    if (contentType.startsWith('image/')) return { contentType, ...(await measureImage(head)) }
    if (contentType === 'video/mp4' || contentType === 'video/quicktime') {
      return { contentType, ...(await measureVideo(file, size)) }
    }
    return { contentType }
  } finally {
    await file.close()
  }
}
