/** Mantine dressed in our tokens: one accent, six tones, dense controls, contrast that passes in light and dark. */
import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core'
import { type Tone, tones } from './ui/status.ts'

const accent: MantineColorsTuple = [
  '#eef1fd',
  '#dbe2fb',
  '#b9c6f9',
  '#a5b4fc',
  '#8ea2ff',
  '#5c78e6',
  '#3b5bdb',
  '#2f49b3',
  '#263b92',
  '#1c2c70',
]

/** Floating parts and hairlines take their greys from here. */
const dark: MantineColorsTuple = [
  '#ececea',
  '#c9cac9',
  '#a2a4a8',
  '#6f7279',
  '#2b2d31',
  '#26282c',
  '#1f2023',
  '#18191c',
  '#111214',
  '#0c0d0e',
]

function isTone(color: string | undefined): color is Tone {
  return tones.includes(color as Tone)
}

/** Every variant of every tone is mapped by hand: the library's own light variants miss 4.5:1. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const color = input.color ?? input.theme.primaryColor
  const clear = { background: 'transparent', border: '1px solid transparent' }
  if (isTone(color)) {
    const text = `var(--atlas-${color})`
    const tint = `var(--atlas-${color}-tint)`
    if (input.variant === 'filled') return { background: text, hover: text, color: 'var(--atlas-surface)', border: 'none' }
    if (input.variant === 'outline') return { ...clear, hover: tint, color: text, border: `1px solid ${text}` }
    if (input.variant === 'subtle' || input.variant === 'transparent') return { ...clear, hover: tint, color: text }
    return { background: tint, hover: tint, color: text, border: 'none' }
  }
  if (color === 'accent' && input.variant === 'filled') {
    const accent = 'var(--atlas-accent)'
    return { background: accent, hover: accent, color: 'var(--atlas-on-accent)', border: '1px solid transparent' }
  }
  if (color === 'accent' && input.variant !== 'default') {
    const tint = 'var(--atlas-accent-tint)'
    const text = 'var(--atlas-accent-tint-text)'
    if (input.variant === 'light') return { background: tint, hover: tint, color: text, border: 'none' }
    return { ...clear, hover: tint, color: text }
  }
  return defaultVariantColorsResolver(input)
}

/** Mantine's own variables, led back to our tokens. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const ours = {
    '--mantine-color-body': 'var(--atlas-surface)',
    '--mantine-color-text': 'var(--atlas-text)',
    '--mantine-color-dimmed': 'var(--atlas-muted)',
    '--mantine-color-placeholder': 'var(--atlas-muted)',
    '--mantine-color-error': 'var(--atlas-bad)',
    '--mantine-color-anchor': 'var(--atlas-accent-tint-text)',
    '--mantine-color-default-border': 'var(--atlas-edge)',
    '--mantine-color-default': 'var(--atlas-surface)',
    '--mantine-color-default-hover': 'var(--atlas-sunken)',
    '--mantine-color-default-color': 'var(--atlas-text)',
  }
  return { variables: {}, light: ours, dark: ours }
}

/** The theme. */
export const theme = createTheme({
  colors: { accent, dark },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  white: '#ffffff',
  black: '#1b1b19',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, monospace",
  fontSizes: { xs: '12px', sm: '13px', md: '13px', lg: '14px', xl: '16px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '20px', xl: '24px' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 6,
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '28px' },
      h2: { fontSize: '14px', lineHeight: '20px' },
      h3: { fontSize: '13px', lineHeight: '20px' },
    },
  },
  variantColorResolver,
  components: {
    Button: { defaultProps: { size: 'compact-md', h: 30 } },
    Input: {
      // Edges of controls reach 3:1, which the library's own do not.
      vars: (_theme: unknown, props: { error?: unknown }) => ({
        wrapper: { '--input-bg': 'var(--atlas-surface)', ...(props.error ? {} : { '--input-bd': 'var(--atlas-edge)' }) },
      }),
    },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'idle', size: 28 } },
    Tooltip: { defaultProps: { openDelay: 400, withinPortal: true } },
    Modal: {
      defaultProps: {
        closeButtonProps: { 'aria-label': 'Close' },
        centered: true,
        overlayProps: { backgroundOpacity: 0.4 },
        transitionProps: { duration: 120 },
      },
    },
    Anchor: { defaultProps: { underline: 'always' } },
  },
})
