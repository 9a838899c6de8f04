/** Light and dark by the reader's own choice, readable on a phone and on paper. */
export const STYLE = `:root {
  color-scheme: light dark;
  --text: #1c1f23; --quiet: #59626c; --ground: #ffffff; --raised: #f3f5f7; --line: #d5dae0;
  --good: #17693a; --warn: #8a5300; --bad: #b3261e; --link: #1a5fb4; --added: #e3f4e8; --removed: #fce8e6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e7ea; --quiet: #9aa4af; --ground: #16191d; --raised: #20252b; --line: #3a424b;
    --good: #7bd29b; --warn: #f0b860; --bad: #ff8f86; --link: #8ab8ff; --added: #17331f; --removed: #3d1d1b;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 64rem; margin: 0 auto; padding: 1rem 1.25rem 3rem; }
h1 { font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 0.6rem; }
h3 { font-size: 1.05rem; margin: 0 0 0.3rem; overflow-wrap: anywhere; }
a { color: var(--link); }
p { margin: 0.4rem 0; overflow-wrap: anywhere; }
code, pre { font: 0.875em/1.45 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 0.6rem 0.75rem; overflow-x: auto; margin: 0.5rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.9rem 0.3rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; }
section { border-top: 1px solid var(--line); padding: 1rem 0 0.4rem; }
details { margin: 0.5rem 0; }
summary { cursor: pointer; color: var(--link); }
.quiet { color: var(--quiet); }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.good, .warn, .bad { font-weight: 600; }
@media (max-width: 40rem) { main { padding: 0.75rem; } h1 { font-size: 1.3rem; } td, th { padding-right: 0.6rem; } }
@media print { details > * { display: block; } pre { white-space: pre-wrap; } }
`;
