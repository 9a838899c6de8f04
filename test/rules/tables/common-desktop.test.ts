import { COMMON_DESKTOP } from '../../../src/rules/tables/common-desktop.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/common-desktop', COMMON_DESKTOP, [
  {
    rule: 'common/fontconfig-cache',
    fires: ['var/cache/fontconfig/3830-le64.cache-8', 'usr/lib/fontconfig/cache/3830-le32d4.cache-7'],
    spares: [
      'var/cache/fontconfig/',
      'var/cache/fontconfig/CACHEDIR.TAG',
      'etc/fonts/fonts.conf',
      'home/me/.cache/fontconfig/3830-le64.cache-8',
    ],
  },
  {
    rule: 'common/fontconfig-cache',
    fires: [],
    spares: ['var/cache/fontconfig/3830-le64.cache-8'],
    policies: { 'fontconfig-cache': 'keep' },
  },
  {
    rule: 'common/fontconfig-cache-drop',
    fires: ['var/cache/fontconfig/3830-le64.cache-8', 'usr/lib/fontconfig/cache/3830-le64.cache-7'],
    spares: ['var/cache/fontconfig/', 'etc/fonts/fonts.conf', 'usr/share/fontconfig/conf.avail/x.conf'],
    policies: { 'fontconfig-cache': 'drop' },
  },
  { rule: 'common/fontconfig-cache-drop', fires: [], spares: ['var/cache/fontconfig/3830-le64.cache-8'] },
  {
    rule: 'common/fontconfig-cache-of-random-name',
    fires: ['var/cache/fontconfig/6f26f1b5-3f0e-4f7c-8f3b-0e3a7f4d1c55-le64.cache-7'],
    spares: ['var/cache/fontconfig/3830d5c3ddfd5cd38a049b759396e72e-le64.cache-7'],
  },
  {
    rule: 'common/fontconfig-cache-of-users',
    fires: [
      'root/.cache/fontconfig/3830-le64.cache-9',
      'root/.cache/fontconfig/CACHEDIR.TAG',
      'home/alice/.cache/fontconfig/3830-le64.cache-8',
      'home/alice/.fontconfig/3830-le64.cache-3',
      'var/lib/lightdm/.cache/fontconfig/3830-le64.cache-8',
    ],
    spares: [
      'home/alice/.cache/fontconfig/',
      'home/alice/.config/fontconfig/fonts.conf',
      'home/alice/.fonts.conf',
      'home/alice/.fontconfig/fonts.conf',
      'var/cache/fontconfig/3830-le64.cache-8',
      'home/alice/src/.cache/fontconfig/x',
      'var/lib/owned/.cache/fontconfig/x',
    ],
    owned: ['var/lib/owned/.cache/fontconfig/x'],
  },
  {
    rule: 'common/fontconfig-cache-of-users',
    fires: ['root/.cache/fontconfig/3830-le64.cache-9'],
    spares: ['root/.cache/fontconfig/'],
    policies: { 'fontconfig-cache': 'drop' },
  },
  {
    rule: 'common/fontconfig-cache-of-users',
    fires: [],
    spares: ['root/.cache/fontconfig/3830-le64.cache-9'],
    policies: { 'fontconfig-cache': 'keep' },
  },
  {
    rule: 'common/font-directory-ids',
    fires: ['usr/share/fonts/truetype/.uuid', 'usr/share/fonts/.uuid', 'usr/local/share/fonts/.uuid'],
    spares: ['usr/share/fonts/truetype/x.ttf', 'usr/share/x/.uuid'],
  },
  {
    rule: 'common/icon-cache',
    fires: ['usr/share/icons/hicolor/icon-theme.cache'],
    spares: ['usr/share/icons/hicolor/index.theme', 'opt/icons/x/icon-theme.cache'],
    policies: { 'icon-cache': 'drop' },
  },
  { rule: 'common/icon-cache', fires: [], spares: ['usr/share/icons/hicolor/icon-theme.cache'] },
  {
    rule: 'common/mime-cache',
    fires: ['usr/share/applications/mimeinfo.cache', 'usr/share/mime/mime.cache'],
    spares: ['usr/share/mime/packages/x.xml'],
  },
  {
    rule: 'common/module-caches',
    fires: [
      'usr/lib/x86_64-linux-gnu/gdk-pixbuf-2.0/2.10.0/loaders.cache',
      'usr/lib64/gio/modules/giomodule.cache',
      'usr/lib/gtk-3.0/3.0.0/immodules.cache',
    ],
    spares: ['usr/lib/gtk-4.0/4.0.0/immodules.cache', 'var/cache/loaders.cache'],
  },
  {
    rule: 'common/settings-schemas',
    fires: ['usr/share/glib-2.0/schemas/gschemas.compiled', 'etc/dconf/db/local'],
    spares: ['usr/share/glib-2.0/schemas/x.gschema.xml'],
  },
  {
    rule: 'common/gconf-times',
    fires: ['etc/gconf/gconf.xml.defaults/%gconf-tree.xml', 'var/lib/gconf/defaults/%gconf-tree-de.xml'],
    spares: ['etc/gconf/2/path', 'etc/gconf/schemas/x.schemas', 'etc/gconf/x/gconf.xml'],
  },
  {
    rule: 'common/software-catalog-cache',
    fires: ['var/cache/swcatalog/cache/C-os-catalog.xb', 'var/cache/app-info/gv/x.gvz'],
    spares: ['var/cache/swcatalog/', 'usr/share/swcatalog/xml/x.xml.gz'],
  },
  {
    rule: 'common/vlc-plugin-cache',
    fires: ['usr/lib/x86_64-linux-gnu/vlc/plugins/plugins.dat', 'usr/lib/vlc/plugins/plugins.dat'],
    spares: ['usr/lib64/vlc/plugins/plugins.dat', 'usr/lib/vlc/plugins/access/x.so'],
    owned: ['usr/lib64/vlc/plugins/plugins.dat'],
  },
  {
    rule: 'common/tex-formats-report',
    fires: ['var/lib/texmf/web2c/pdftex/latex.fmt'],
    spares: ['var/lib/texmf/web2c/pdftex/latex.log', 'var/lib/texmf/ls-R'],
    owned: [],
  },
  {
    rule: 'common/context-cache-report',
    fires: [
      'var/lib/texmf/luatex-cache/context/5fe67e/trees/1b9efd.lua',
      'var/lib/texmf/luatex-cache/context/5fe67e/trees/1b9efd.luc',
      'var/lib/texmf/luatex-cache/context/5fe67e/formats/luatex/cont-en.fmt',
    ],
    spares: [
      'var/lib/texmf/luatex-cache/generic/fonts/x.lua',
      'var/lib/texmf/luatex-cache/context/5fe67e/formats/luatex/cont-en.log',
      'var/lib/texmf/luatex-cache/context/shipped.lua',
    ],
    owned: ['var/lib/texmf/luatex-cache/context/shipped.lua'],
  },
  {
    rule: 'common/context-cache',
    fires: ['var/lib/texmf/luatex-cache/context/5fe67e/trees/1b9efd.luc'],
    spares: [
      'var/lib/texmf/luatex-cache/context/',
      'var/lib/texmf/luatex-cache/generic/fonts/x.luc',
      'var/lib/texmf/luatex-cache/context/shipped.lua',
    ],
    owned: ['var/lib/texmf/luatex-cache/context/shipped.lua'],
    policies: { 'tex-formats': 'drop' },
  },
  ...['common/context-cache-report', 'common/context-cache'].map((rule) => ({
    ...{ rule, fires: [], spares: ['var/lib/texmf/luatex-cache/context/5fe67e/x.lua'], owned: [] },
    policies: { 'tex-formats': 'keep' },
  })),
  {
    rule: 'common/tex-formats',
    fires: ['var/lib/texmf/web2c/pdftex/latex.fmt', 'var/lib/texmf/web2c/metafont/mf.base'],
    spares: ['var/lib/texmf/web2c/pdftex/latex.log', 'var/lib/texmf/web2c/shipped.fmt'],
    owned: ['var/lib/texmf/web2c/shipped.fmt'],
    policies: { 'tex-formats': 'drop' },
  },
  {
    rule: 'common/tex-logs',
    fires: [
      'var/lib/texmf/web2c/pdftex/latex.log',
      'var/lib/texmf/luatex-cache/context/5fe67e/formats/luatex/cont-en.log',
    ],
    spares: [
      'var/lib/texmf/web2c/pdftex/latex.fmt',
      'usr/share/texmf/x.log',
      'var/lib/texmf/web2c/shipped.log',
    ],
    owned: ['var/lib/texmf/web2c/shipped.log'],
  },
]);
