/// The style of the page with a form, besides that of all pages.
enum PageStyle {
    /// The SHA-256 of ``text`` in base64, by which the page's policy allows it.
    static let digest = "M+GUfGRRpratO/pNZ0S0OxAYICDr/7GmHrrKotaiQDc="

    /// The style sheet.
    static let text: HTML = """
        :root { --added: #dafbe1; --dropped: #ffebe9; --noted: #ddf4ff; --action: #0550ae; --on-action: #fff; }
        @media screen and (prefers-color-scheme: dark) {
          :root { --added: #12351f; --dropped: #4a1a1a; --noted: #0c2d4a; --action: #79b8ff; --on-action: #0d1117; }
        }
        body { max-width: 110rem; }
        header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; margin-bottom: 1rem; }
        header h1, header p { margin: 0; }
        header p { color: var(--faint); }
        .page { display: grid; gap: 1.5rem; }
        .page > * { min-width: 0; }
        .page form { display: block; margin: 0; }
        #result:focus { outline: none; }
        #result h2:first-child { margin-top: 0; }
        #result .total { font-weight: 600; }
        .choices { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem; }
        .choices label { flex: 1 1 9rem; max-width: none; }
        .choices label > *, .choices .main { height: 2.25rem; }
        .choices .main {
          flex: 0 0 auto; padding: 0 1.25rem; border-color: var(--action); background: var(--action); color: var(--on-action); font-weight: 600;
        }
        .page form .heading { display: block; max-width: none; margin: .75rem 0 .25rem; }
        .editor {
          display: grid; grid-template-columns: 4rem minmax(max-content, 1fr); max-height: 70vh; overflow: auto; border: 1px solid var(--faint);
          border-radius: 6px; background: var(--soft);
        }
        .editor:focus-within { outline: 2px solid var(--link); outline-offset: 1px; }
        .editor.dropping { outline: 3px dashed var(--link); outline-offset: 1px; }
        .editor textarea, .lines {
          grid-row: 1; margin: 0; padding: .5rem 0; border: 0; border-radius: 0; font: .875rem/1.5 ui-monospace, monospace; white-space: pre;
          overflow-wrap: normal;
        }
        .editor textarea {
          grid-column: 2; z-index: 1; display: block; width: 100%; max-width: none; min-height: 24lh; padding-left: .5rem; resize: none;
          background: none; color: var(--text); overflow: hidden; overflow-x: auto; outline: none; tab-size: 4;
        }
        @supports (field-sizing: content) {
          .editor textarea { field-sizing: content; width: auto; min-width: 100%; overflow: hidden; }
        }
        .lines { grid-column: 1 / -1; position: relative; z-index: 0; overflow: hidden; background: none; color: var(--faint); user-select: none; }
        .lines a { color: inherit; text-decoration: none; font-weight: 700; }
        .lines a::before { content: ""; position: absolute; left: 0; right: 0; height: 1.5em; z-index: -1; }
        .lines .error { color: var(--bad); }
        .lines .error::before { background: var(--dropped); }
        .lines .warning { color: var(--caution); }
        .lines .warning::before { background: var(--mark); }
        .lines .note { color: var(--link); }
        .lines .note::before { background: var(--noted); }
        .lines a:target { outline: 2px solid currentcolor; }
        .sources { display: grid; gap: .25rem; margin-top: .5rem; font-size: .875rem; }
        .sources p { margin: 0; }
        .page form .sources label { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; max-width: none; }
        .sources label > input { flex: 1 1 12rem; font-size: .875rem; }
        .page .object { content-visibility: visible; }
        .page .object > summary { grid-template-columns: minmax(0, 1fr) auto; gap: .25rem .75rem; }
        .page .object > summary > h3 { grid-column: 1; }
        .page .object > summary > .result { grid-column: 2; }
        .page .object > summary > svg { grid-column: 1; grid-row: 2; }
        .page .object > summary > span:last-child { text-align: right; }
        .changes ul { padding-left: 1.25rem; }
        .diff ins, .diff del { display: inline-block; min-width: 100%; text-decoration: none; }
        .diff ins { background: var(--added); }
        .diff del { background: var(--dropped); }
        .diff b { color: var(--faint); font-weight: 400; }
        .page form.again { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
        @media (min-width: 64rem) {
          .page { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); align-items: start; }
          #form { position: sticky; top: .5rem; }
        }
        @media (max-width: 30rem) {
          .editor { grid-template-columns: 3.25rem minmax(max-content, 1fr); }
          .editor textarea { min-height: 14lh; }
        }
        @media print {
          .page { display: block; }
          .page #form { position: static; }
          .editor { max-height: none; }
          .sources, .page form.again { display: none; }
          .diff ins, .diff del { print-color-adjust: exact; }
        }

        """
}
