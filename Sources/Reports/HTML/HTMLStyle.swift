/// The style of all pages: light and dark as the reader's system has it, for paper, and for narrow screens.
///
/// Colours of texts have a contrast of at least 4.5 to their background. A result is always a word too, never a colour alone.
enum HTMLStyle {
    /// The SHA-256 of ``text`` in base64, by which a page's policy allows it.
    static let digest = "WEZJqx+CuMaN9NX7vnXuIiJsc3nSUTFtz/rqOtX1HCE="

    /// The style sheet.
    static let text: HTML = """
        :root {
          color-scheme: light dark;
          --page: #fff; --text: #1f2328; --faint: #59636e; --line: #d1d9e0; --soft: #f6f8fa; --track: #d8dee4; --mark: #fff3c4;
          --bad: #b3261e; --caution: #7d4e00; --good: #116329; --link: #0550ae;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --page: #0d1117; --text: #e6edf3; --faint: #9aa4ae; --line: #30363d; --soft: #161b22; --track: #30363d; --mark: #3d3000;
            --bad: #ff8177; --caution: #e3b341; --good: #56d364; --link: #79b8ff;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--page); color: var(--text);
          font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere;
        }
        h1 { margin: 0 0 1rem; font-size: 1.5rem; }
        h2 { margin: 2rem 0 .5rem; font-size: 1.25rem; }
        h3 { margin: 1rem 0 .5rem; font-size: 1rem; }
        p, ul { margin: .25rem 0; }
        a { color: var(--link); }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        code, pre { font: .875rem/1.5 ui-monospace, monospace; }
        pre { margin: .5rem 0; padding: .5rem; overflow-x: auto; background: var(--soft); border: 1px solid var(--line); border-radius: 6px; }
        button, input, select {
          max-width: 100%; padding: .25rem .5rem; border: 1px solid var(--faint); border-radius: 6px; background: var(--soft); color: inherit;
          font: inherit;
        }
        button { cursor: pointer; }
        footer { margin-top: 2rem; color: var(--faint); }
        [hidden] { display: none !important; }
        .skip { position: absolute; left: -99rem; }
        .skip:focus { left: 1rem; background: var(--page); }
        .faint { color: var(--faint); }
        .bad { color: var(--bad); }
        .caution { color: var(--caution); }
        .good { color: var(--good); }

        .tiles { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; }
        .tiles div { padding: .25rem .75rem; border: 1px solid var(--line); border-radius: 6px; }
        .tiles dt { font-size: .875rem; }
        .tiles dd { margin: 0; font-size: 1.25rem; font-weight: 600; }
        .scores { display: flex; gap: 2px; margin: 0; padding: 0; list-style: none; text-align: center; font-size: .75rem; }
        .scores li { flex: 1; min-width: 0; }
        .scores svg { display: block; width: 100%; height: 5rem; border-bottom: 1px solid var(--faint); fill: var(--link); }
        .scores b { display: block; margin: 0 -.5rem; white-space: nowrap; }
        .scores span { display: block; color: var(--faint); }
        .tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2rem; }
        .rows { max-height: 20rem; overflow: auto; }
        table { width: 100%; border-collapse: collapse; font-size: .875rem; }
        th, td { padding: .125rem .375rem; border-bottom: 1px solid var(--line); text-align: right; overflow-wrap: normal; }
        th:first-child { min-width: 6rem; text-align: left; font-weight: 400; overflow-wrap: anywhere; }
        thead th { position: sticky; top: 0; background: var(--page); color: var(--faint); font-weight: 400; }
        table button { padding: 0 .375rem; text-align: inherit; }

        form { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem; margin: 2rem 0 .5rem; }
        form label { display: grid; grid-template-columns: minmax(0, 1fr); max-width: min(100%, 16rem); font-size: .875rem; color: var(--faint); }
        form label > * { width: 100%; color: var(--text); font-size: 1rem; }
        .object { border: 1px solid var(--line); border-radius: 6px; margin: .25rem 0; content-visibility: auto; contain-intrinsic-size: auto 3.5rem; }
        .object > summary {
          display: grid; grid-template-columns: minmax(0, 1fr) 9rem 11rem 7rem; gap: 0 .75rem; align-items: center; padding: .375rem .75rem;
          cursor: pointer; list-style: none;
        }
        .object:not([data-score]) > summary { grid-template-columns: minmax(0, 1fr) auto; }
        .object > summary > span:empty { display: none; }
        .object > summary::-webkit-details-marker { display: none; }
        .object > summary h3 { margin: 0; }
        .object > summary small { font-weight: 400; }
        .object > summary h3::before { content: "\\25B8\\A0"; }
        .object[open] > summary h3::before { content: "\\25BE\\A0"; }
        .object > summary > span { font-size: .875rem; }
        .result { text-align: right; font-weight: 600; }
        .bar { display: block; width: 100%; height: .75rem; border: 1px solid var(--faint); border-radius: 3px; background: var(--track); }
        .bar .bad { fill: var(--bad); }
        .bar .caution { fill: var(--caution); }
        .bar .good { fill: var(--good); }
        .bar .faint { fill: var(--link); }
        .bar .minimum { fill: var(--text); }
        .body { padding: 0 .75rem .5rem; border-top: 1px solid var(--line); }
        .findings { margin: .5rem 0; padding: 0; list-style: none; }
        .findings li {
          display: grid; grid-template-columns: 3rem minmax(0, 1fr) auto; gap: 0 .5rem; padding: .25rem .5rem; border-left: 4px solid var(--line);
        }
        .findings li.error { border-left-color: var(--bad); }
        .findings li.warning { border-left-color: var(--caution); }
        .findings li > b { text-align: right; }
        .findings li > div, .fix { grid-column: 2 / -1; margin: 0; }
        .findings li > button { grid-column: 3; grid-row: 1; place-self: start end; padding: 0 .375rem; }
        .findings code { color: var(--faint); }
        .findings em { padding: 0 .375rem; border: 1px solid var(--faint); border-radius: 1rem; font-size: .75rem; font-style: normal; white-space: nowrap; }
        .source i { display: inline-block; min-width: 3rem; margin-right: 1ch; text-align: right; color: var(--faint); font-style: normal; user-select: none; }
        .source mark { background: var(--mark); color: inherit; }
        .rule { padding: .25rem .75rem; margin: .5rem 0; border: 1px solid var(--line); border-radius: 6px; }
        .rule:target { border-color: var(--link); }
        .rule h3 { margin: 0; }

        @media (max-width: 48rem) {
          #filter { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .scores { font-size: .6875rem; }
          .object[data-score] > summary { grid-template-columns: 1fr 1fr; }
          .object[data-score] > summary > h3, .object > summary > svg { grid-column: 1 / -1; }
          .object > summary > .result { grid-column: 2; }
          .findings li { grid-template-columns: 2.5rem minmax(0, 1fr) auto; padding: .25rem 0; }
        }
        @media print {
          :root { color-scheme: light; }
          body { max-width: none; padding: 0; }
          form, #filter, .skip, button { display: none; }
          table button { display: inline; padding: 0; border: 0; background: none; }
          pre { overflow-x: visible; white-space: pre-wrap; }
          .rows { max-height: none; overflow: visible; }
          h2, .object > summary { break-after: avoid-page; }
          tr, .object > summary, .rule, .findings li { break-inside: avoid-page; }
          .object > summary h3::before, .object[open] > summary h3::before { content: none; }
          .object::details-content { content-visibility: visible; height: auto; }
          .source mark { print-color-adjust: exact; font-weight: 600; }
        }

        """
}
