/** Sizes and places of files in words. Pure. */

const units = ['bytes', 'KB', 'MB', 'GB', 'TB']

/** "3.2 MB"; a dash where nobody knows. */
export function toSize(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '—'
  const step = bytes < 1_000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1_000 ** step
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[step]}`
}

/** Folders from the top to the one at hand, each with its path. */
export function trailOf(folder: string): { name: string; path: string }[] {
  const names = folder === '' ? [] : folder.split('/')
  return names.map((name, at) => ({ name, path: names.slice(0, at + 1).join('/') }))
}

/** A path below a folder. */
export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
