/** MessageChannelMain and its ports: both ends here, until one is sent to a page. */
import { EventEmitter } from 'node:events'

/** Where what a port posts arrives. */
interface End {
  deliver(data: unknown): void
  close(): void
}

export class MessagePortMainDouble extends EventEmitter {
  #far: End | undefined
  #waiting: unknown[] = []
  #open = false
  #closed = false

  postMessage(message: unknown): void {
    this.#far?.deliver(structuredClone(message))
  }

  start(): void {
    if (this.#open) return
    this.#open = true
    for (const data of this.#waiting.splice(0)) this.deliver(data)
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    const far = this.#far
    this.#far = undefined
    far?.close()
    this.emit('close')
  }

  deliver(data: unknown): void {
    if (this.#closed) return
    if (!this.#open) this.#waiting.push(data)
    else setImmediate(() => this.emit('message', { data, ports: [] }))
  }

  /** Ties this port to another end. */
  tie(far: End): void {
    this.#far = far
  }

  /** Gives this port away: what it was tied to now talks to the new owner, which gets what had already arrived. */
  handOver(owner: End): End {
    const near = this.#far
    if (!near) throw new Error('a port can be transferred only once')
    this.#far = undefined
    if (near instanceof MessagePortMainDouble) near.tie(owner)
    for (const data of this.#waiting.splice(0)) owner.deliver(data)
    return near
  }
}

export class MessageChannelMainDouble {
  readonly port1 = new MessagePortMainDouble()
  readonly port2 = new MessagePortMainDouble()
  constructor() {
    this.port1.tie(this.port2)
    this.port2.tie(this.port1)
  }
}
