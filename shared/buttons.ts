/** Buttons below a message that a person presses instead of answering in words. */
import { z } from 'zod'

/** Most bytes of a button's data, as UTF-8; the narrowest of the services that have buttons. */
export const buttonDataBytes = 64

const bytesOf = (text: string) => encodeURIComponent(text.toWellFormed()).replace(/%../g, '-').length

/** A button: what it says, and what comes back when it is pressed. */
export const Button = z.strictObject({
  text: z.string().max(64).regex(/\S/, 'must say something'),
  data: z
    .string()
    .min(1)
    .max(buttonDataBytes)
    .refine((text) => bytesOf(text) <= buttonDataBytes, `must be at most ${buttonDataBytes} bytes`),
})
/** A button: what it says, and what comes back when it is pressed. */
export type Button = z.infer<typeof Button>

/** Rows of buttons, the first on top. */
export const ButtonRows = z.array(z.array(Button).min(1).max(8)).min(1).max(12)
/** Rows of buttons, the first on top. */
export type ButtonRows = z.infer<typeof ButtonRows>
