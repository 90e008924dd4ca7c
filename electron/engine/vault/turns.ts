/** Asks a store that may never answer: one question at a time, and each has an end. */

/**
 * Makes a queue of questions.
 *
 * Why   every hanging question holds a thread of the pool that files and name look-ups need too; in turn it is one at most
 */
export function createTurns(patienceMs: number, tooLate: () => Error) {
  let turn: Promise<void> = Promise.resolve()

  return function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const answer = Promise.withResolvers<T>()
    let over = false
    const timer = setTimeout(() => {
      over = true
      answer.reject(tooLate())
    }, patienceMs)
    turn = turn.then(async () => {
      // Whoever asked was refused already: a write must not happen behind their back.
      if (over) return
      try {
        answer.resolve(await work())
      } catch (error) {
        answer.reject(error)
      } finally {
        clearTimeout(timer)
      }
    })
    return answer.promise
  }
}
