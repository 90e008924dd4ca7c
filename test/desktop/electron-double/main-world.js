/* In the page's own world: takes plain data that the preload exposes, frozen through and through as contextBridge does. */
;(() => {
  if (window !== window.top) return
  const freeze = (value) => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze)
    return Object.freeze(value)
  }
  document.addEventListener('atlas-double-expose', ({ detail }) => {
    const { key, value } = JSON.parse(detail)
    Object.defineProperty(window, key, { value: freeze(value), enumerable: true })
  })
})()
