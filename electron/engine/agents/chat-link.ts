/** A link from a chat into the product: the desktop app opens it wherever it is pressed. */
export function linkTo(path: string): string {
  return `atlas-ux://open${path}`
}
