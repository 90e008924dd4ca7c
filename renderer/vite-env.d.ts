/// <reference types="vite/client" />

/** Present only in the desktop window: preload.ts puts it there. */
interface Window {
  readonly desktop?: {
    readonly platform: string
    readonly versions: { readonly chrome?: string; readonly electron?: string }
  }
}
