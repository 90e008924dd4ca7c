/** A picture for posts that need one. */
import { operatorToken, type RunningApp } from '../app/running-app.ts'

/** A picture of the smallest kind that every platform takes, in its shape and format; its id in the media tray. */
export async function trayPicture(running: RunningApp): Promise<string> {
  const jpeg = Buffer.from(
    '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAALCAAQABABAREA/8QAFQABAQAAAAAAAAAAAAAAAAAAAAf/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/9oACAEBAAA/AKAAAAA//9k=',
    'base64',
  )
  const response = await fetch(`${running.url}/v1/media?filename=harbour.jpg`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorToken}`, 'x-tenant-id': 'demo', 'content-type': 'image/jpeg' },
    body: jpeg,
  })
  const body = (await response.json()) as { id?: string }
  if (!body.id) throw new Error(`the picture was not taken: ${JSON.stringify(body)}`)
  return body.id
}
