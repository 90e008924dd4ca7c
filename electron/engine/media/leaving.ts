/** Contents that no file of a tenant has any more, removed while none is coming in: the same content may just be coming back. */

export interface Leaving {
  /** Takes a file in, from its first byte until it is written down that there is one. */
  whileAdding<T>(tenantId: string, add: () => Promise<T>): Promise<T>
  /** Looks at a content that a file had; it goes now, or when what is coming in has come. */
  leave(tenantId: string, sha256: string): Promise<void>
}

interface Gate {
  adding: number
  left: Set<string>
  removing: Promise<void>
}

/** `remove` removes a content unless a file has it. */
export function createLeaving(remove: (tenantId: string, sha256: string) => Promise<void>): Leaving {
  const gates = new Map<string, Gate>()

  function gateOf(tenantId: string): Gate {
    const gate = gates.get(tenantId) ?? { adding: 0, left: new Set(), removing: Promise.resolve() }
    gates.set(tenantId, gate)
    return gate
  }

  /** What cannot be removed stays among those that left, and is tried again with the next. */
  async function removeAll(tenantId: string, gate: Gate, left: readonly string[]): Promise<void> {
    const tried = await Promise.allSettled(left.map((sha256) => remove(tenantId, sha256)))
    const errors = tried.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    left.filter((_, at) => tried[at]?.status === 'rejected').forEach((sha256) => void gate.left.add(sha256))
    if (errors.length > 0) throw errors[0]
  }

  function removeLeft(tenantId: string, gate: Gate): Promise<void> {
    if (gate.adding > 0) return Promise.resolve()
    const left = [...gate.left]
    gate.left.clear()
    const removed = gate.removing.then(() => removeAll(tenantId, gate, left))
    gate.removing = removed.catch(() => undefined)
    return removed
  }

  return {
    async whileAdding(tenantId, add) {
      const gate = gateOf(tenantId)
      gate.adding += 1
      try {
        await gate.removing
        return await add()
      } finally {
        gate.adding -= 1
        // Whoever adds a file is not refused for what another left behind; it is tried again.
        removeLeft(tenantId, gate).catch(() => undefined)
      }
    },
    leave(tenantId, sha256) {
      const gate = gateOf(tenantId)
      gate.left.add(sha256)
      return removeLeft(tenantId, gate)
    },
  }
}
