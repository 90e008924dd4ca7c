/** What people expect of Apple and no program gets: said in words, with the nearest thing that works. */
import { z } from 'zod'
import { AppError, type Failure, type FailureAction, failed } from '#shared/failure'
import { defineAction } from '../../kit/define.ts'

function unsupported(what: string, action: FailureAction): Failure {
  const told = `Apple offers no way to ${what}: CloudKit reaches only what your own app keeps in its own container.`
  return failed('unsupported', `${told} ${action.label} instead.`, { code: 'not_offered_by_apple', action }).failure
}

const noContacts = unsupported('read the contacts of an iCloud account', {
  label: 'Export them as vCard',
  href: 'https://www.icloud.com/contacts',
  steps: [
    'Open https://www.icloud.com/contacts, select the contacts and choose Export vCard',
    'Import the .vcf file where it is needed',
    'A program of yours that speaks CardDAV reaches them with an app-specific password from https://account.apple.com',
  ],
})

const noPhotos = unsupported('read the photos of an iCloud account', {
  label: 'Pick them as files',
  href: 'https://www.icloud.com/photos',
  steps: [
    'Open https://www.icloud.com/photos, or Photos on a Mac, and download the pictures',
    'Add the files to the media of a post',
  ],
})

function never(what: { title: string; effect: string; failure: Failure }) {
  return defineAction({
    title: what.title,
    effect: what.effect,
    source: 'https://developer.apple.com/documentation/cloudkit',
    repeat: 'safe',
    input: z.strictObject({}),
    output: z.strictObject({}),
    subject: () => what.title,
    refuses: () => what.failure,
    async run() {
      throw new AppError(what.failure)
    },
  })
}

export const syncContacts = never({
  title: 'Sync contacts (not offered by Apple)',
  effect: 'Does nothing: Apple gives no program the contacts of an iCloud account.',
  failure: noContacts,
})

export const syncPhotos = never({
  title: 'Sync photos (not offered by Apple)',
  effect: 'Does nothing: Apple gives no program the photos of an iCloud account.',
  failure: noPhotos,
})
