/** Pictures and videos for trials: small, and measured as if they were real. */
import type { MediaFile } from '../../electron/kit/call.ts'
import type { PostMedia } from '../../shared/social/post.ts'

const kinds = {
  picture: { kind: 'image', contentType: 'image/jpeg', filename: 'picture.jpg', sizeBytes: 3_000, width: 1_080, height: 1_080 },
  png: { kind: 'image', contentType: 'image/png', filename: 'picture.png', sizeBytes: 3_000, width: 1_080, height: 1_080 },
  video: {
    kind: 'video',
    contentType: 'video/mp4',
    filename: 'clip.mp4',
    sizeBytes: 9_000,
    width: 1_080,
    height: 1_920,
    seconds: 12,
  },
} as const

/** The medium that a trial names as its `file`: `picture`, `png` or `video`. */
export function trialMedia({ file, alt }: PostMedia): MediaFile {
  const facts = kinds[file as keyof typeof kinds] ?? kinds.picture
  const bytes = new Uint8Array(facts.sizeBytes).fill(7)
  return {
    ...facts,
    ...(alt === undefined ? {} : { alt }),
    read: async (start = 0, end = facts.sizeBytes) => bytes.slice(start, end),
    lend: async () => `https://files.example.com/${facts.filename}`,
  }
}
