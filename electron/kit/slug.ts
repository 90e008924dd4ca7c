/** The part of an article's address that names it. */

/** A slug of the title with a mark of the job in it: whoever finds it knows whose article it is. */
export function ownSlug(title: string, key: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  const mark = key
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(-10)
  return words === '' ? `post-${mark}` : `${words}-${mark}`
}
