/** Renders the icons from resources/drawings. Run by hand after a drawing has changed: `node resources/render-icons.mjs`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'

const here = import.meta.dirname
const black = '#000000'

/** Where the icon carries its own colour, it is one that shows on light and dark panels. */
const trayColours = { normal: '#1fae9b', new: '#1fae9b', paused: '#7d8b98', problem: '#e5533d' }

const trayIcons = Object.entries(trayColours).flatMap(([name, colour]) =>
  [
    { suffix: '', colour },
    { suffix: 'Template', colour: black },
  ].flatMap(({ suffix, colour: ink }) => [
    { drawing: `tray-${name}`, file: `tray/${name}${suffix}.png`, size: 16, ink },
    { drawing: `tray-${name}`, file: `tray/${name}${suffix}@2x.png`, size: 32, ink },
  ]),
)

const icons = [
  ...trayIcons,
  { drawing: 'app', file: 'icon.png', size: 256, ink: black },
  { drawing: 'app', file: 'installer/icon.png', size: 512, ink: black },
]

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
const page = await browser.newPage()
for (const { drawing, file, size, ink } of icons) {
  const svg = readFileSync(join(here, 'drawings', `${drawing}.svg`), 'utf8')
  const mark = ink === black ? '' : '.mark{color:#f0a020}'
  await page.setViewportSize({ width: size, height: size })
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px;color:${ink}}${mark}</style>${svg}`)
  writeFileSync(join(here, file), await page.screenshot({ omitBackground: true }))
}
await browser.close()
