/** The windows that exist, for the app to close and the spec to look at. */
export interface WindowDouble {
  close(): void
  blur(): void
  isVisible(): boolean
  isFocused(): boolean
  isMinimized(): boolean
}

export const windows = new Set<WindowDouble>()
