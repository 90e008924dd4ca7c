/** What models are writing at this moment, for whoever looks on. Only in memory: what counts is stored when it is whole. */

export interface Writing {
  add(runId: string, step: number, text: string): void
  end(runId: string): void
  read(runId: string): { step: number | null; text: string }
}

export function createWriting(): Writing {
  const texts = new Map<string, { step: number; text: string }>()
  return {
    add(runId, step, text) {
      const before = texts.get(runId)
      texts.set(runId, { step, text: before?.step === step ? before.text + text : text })
    },
    end: (runId) => void texts.delete(runId),
    read: (runId) => texts.get(runId) ?? { step: null, text: '' },
  }
}
