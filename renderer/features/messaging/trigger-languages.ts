/** What languages of triggers are called. */
import { TriggerLanguage } from '#shared/triggers'

export const languageWords: Readonly<Record<TriggerLanguage, string>> = {
  en: 'English',
  de: 'German',
  es: 'Spanish',
  fr: 'French',
  any: 'Any language',
}

export const languages = TriggerLanguage.options
