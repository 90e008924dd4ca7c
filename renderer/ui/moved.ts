/** A copy of a list with one item a step earlier (-1) or later (1); unchanged where there is no such place. */
export function moved<T>(list: readonly T[], index: number, step: -1 | 1): T[] {
  const copy = [...list]
  const target = index + step
  if (index < 0 || index >= copy.length || target < 0 || target >= copy.length) return copy
  const [item] = copy.splice(index, 1)
  if (item !== undefined) copy.splice(target, 0, item)
  return copy
}
