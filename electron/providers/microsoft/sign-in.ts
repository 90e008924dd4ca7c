/** Signing a person in, for Teams: authorization code and PKCE by MSAL, with the engine's state and challenge. */

import { AppError } from '#shared/failure'
import type { SignIn } from '../../kit/define.ts'
import { type MicrosoftCredential, type MicrosoftSettings, signedInAccount, toScopes } from './credential.ts'
import { signInEnded } from './refusals.ts'
import { asPerson, isComplete, onEndpoint, scopesFor, signInScopes } from './tokens.ts'

export const signIn: SignIn<MicrosoftCredential, MicrosoftSettings> = {
  title: 'Sign in with Microsoft',
  scopes: signInScopes,
  // Entra ignores the port of http://localhost alone; 127.0.0.1 cannot even be registered in its portal.
  redirectHost: 'localhost',
  redirectPath: '',
  account: signedInAccount,
  authorizationUrl: ({ call, redirectUri, state, codeChallenge }) =>
    asPerson(call, async (app) => {
      const scopes = scopesFor(call, signInScopes)
      const request = { scopes, redirectUri, state, codeChallenge, codeChallengeMethod: 'S256', prompt: 'select_account' }
      return onEndpoint(call, await app.getAuthCodeUrl(request))
    }),
  redeem: ({ call, redirectUri, code, codeVerifier }) =>
    asPerson(call, async (app) => {
      const scopes = scopesFor(call, signInScopes)
      const result = await app.acquireTokenByCode({ scopes, redirectUri, code, codeVerifier })
      const msalCache = app.getTokenCache().serialize()
      const account = signedInAccount({ ...call.credential, msalCache, accessToken: undefined })
      if (!account || !isComplete(msalCache)) throw new AppError(signInEnded('incomplete_sign_in'))
      const { accessToken: _token, refreshToken: _refresh, expiresAt: _end, ...rest } = call.credential
      const granted = toScopes(result.scopes)
      return { credential: { ...rest, scopes: granted, msalCache }, account, scopes: granted }
    }),
}
