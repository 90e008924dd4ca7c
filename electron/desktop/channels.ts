/** The two names that main and preload share. Everything else goes over the port, by the contract. */
export const portChannel = 'atlas:port'
export const navigateChannel = 'atlas:navigate'
