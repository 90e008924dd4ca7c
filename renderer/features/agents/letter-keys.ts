/** Single letters as keys of a screen, where nobody is typing and no dialog is open. */
import { useEffect, useRef } from 'react'

export function useLetterKeys(on: boolean, keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    if (!on) return
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, [role="dialog"]')
      const act = latest.current[event.key]
      if (typing || !act || event.metaKey || event.ctrlKey || event.altKey || event.repeat) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [on])
}
