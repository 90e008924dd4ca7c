/* The stand-in's page: asks for its port, and shows what it was told. */
window.addEventListener('message', ({ data, ports }) => {
  if (data.type === 'atlas:port' && ports[0]) {
    window.port = ports[0]
    ports[0].onmessage = (event) => show('answer', JSON.stringify(event.data))
    ports[0].postMessage('hello')
  }
  if (data.type === 'atlas:navigate') show('place', JSON.stringify(data))
})

function show(id, text) {
  document.getElementById(id).textContent = text
}

window.postMessage({ type: 'atlas:port-please' }, location.origin)
