/** What changes gather in memory and the commit writes once: the head of a chain after a hundred events, a count after a hundred moves. */

/** Values by key; they share the fate of the change that set them. Use inside a change only. */
export interface Gathering<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

/** The writer's side: told how each change ended, and when to write. */
export interface Gatherer {
  keep(): void
  undo(): void
  /** Inside the transaction, just before its commit. */
  write(): void
  /** The transaction is over, whichever way. */
  forget(): void
}

/** `save` writes one value, with the statements of the open transaction. */
export function createGathering<V>(save: (key: string, value: V) => void): Gathering<V> & Gatherer {
  const kept = new Map<string, V>()
  const fresh = new Map<string, V>()
  return {
    get: (key) => fresh.get(key) ?? kept.get(key),
    set: (key, value) => fresh.set(key, value),
    keep() {
      for (const [key, value] of fresh) kept.set(key, value)
      fresh.clear()
    },
    undo: () => fresh.clear(),
    write() {
      for (const [key, value] of kept) save(key, value)
    },
    forget() {
      kept.clear()
      fresh.clear()
    },
  }
}
