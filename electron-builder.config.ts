/** How the desktop app is packed. Checked offline by test/desktop/packaging.test.ts; nothing is signed or published without its own setting. */
import type { Configuration } from 'electron-builder'

/** Only these lie beside the bundle, as they hold native code; everything else is inside it. */
const native = 'better-sqlite3|@napi-rs'

const config: Configuration = {
  appId: 'com.atlasux.control-center',
  productName: 'Atlas UX Control Center',
  directories: { output: 'dist', buildResources: 'resources/installer' },
  files: [
    'out/**',
    'resources/tray/**',
    'resources/icon.png',
    'package.json',
    '!out/**/*.map',
    '!node_modules/node-*/**',
    `!node_modules/!(${native})/**`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: electron-builder fills these in
    '!node_modules/better-sqlite3/prebuilds/!(${platform}-${arch}).node',
    '!node_modules/better-sqlite3/{src,deps,binding.gyp}',
    '!node_modules/**/*.{d.ts,md,map}',
  ],
  extraResources: [{ from: 'resources/verify-audit.mjs', to: 'verify-audit.mjs' }],
  asar: true,
  asarUnpack: ['**/*.node'],
  // Every native part is a prebuilt Node-API module, so there is nothing to compile against Electron.
  npmRebuild: false,
  publish: null,
  protocols: [{ name: 'Atlas UX link', schemes: ['atlas-ux'] }],
  extraMetadata: { desktopName: 'atlas-ux.desktop', homepage: 'https://deadapp.info' },
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  mac: {
    category: 'public.app-category.business',
    target: ['dmg', 'zip'],
    hardenedRuntime: true,
    gatekeeperAssess: false,
    entitlements: 'resources/installer/entitlements.mac.plist',
    entitlementsInherit: 'resources/installer/entitlements.mac.plist',
    extendInfo: { LSUIElement: false },
  },
  win: { target: ['nsis'] },
  nsis: { oneClick: false, perMachine: false, allowToChangeInstallationDirectory: true, deleteAppDataOnUninstall: false },
  linux: {
    target: ['deb', 'AppImage'],
    executableName: 'atlas-ux',
    category: 'Office',
    maintainer: 'Atlas UX',
    syncDesktopName: true,
    desktop: { entry: { StartupWMClass: 'atlas-ux', Keywords: 'jobs;agents;audit;messages;' } },
  },
}

export default config
