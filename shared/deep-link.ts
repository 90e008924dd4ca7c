/** Links from outside into the desktop app: `atlas-ux://open/jobs?state=failed`. */

/** The scheme that the system hands to the app. */
export const deepLinkScheme = 'atlas-ux'

/** The link to a path inside the app (`/jobs?state=failed`). */
export function deepLinkTo(path: string): string {
  return `${deepLinkScheme}://open${path}`
}
