/// The frame of a page that is one file: style and script are in it, and it loads nothing from anywhere.
///
/// The policy in its head names both by their digests. So nothing else is run or applied, even if a text became markup.
package struct HTMLPage {
    /// The title, which is also the first heading.
    let title: String
    /// The program's version.
    let version: String
    /// Whether the page has the script that filters objects.
    let hasScript: Bool

    /// A page with a title.
    package init(title: String, version: String, hasScript: Bool) {
        self.title = title
        self.version = version
        self.hasScript = hasScript
    }

    /// The Content-Security-Policy: the page's own style and script, and nothing else.
    package var policy: String {
        let script = hasScript ? "'sha256-\(HTMLScript.digest)'" : "'none'"
        return """
            default-src 'none'; img-src data:; style-src 'sha256-\(HTMLStyle.digest)'; script-src \(script); base-uri 'none'; form-action 'none'
            """
    }

    /// Everything up to the heading.
    package var head: HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="\(policy)">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="podscore \(version)">
        <link rel="icon" href="data:,">
        <title>\(title)</title>
        <style>\(HTMLStyle.text)</style>
        </head>
        <body>
        <h1>\(title)</h1>

        """
    }

    /// Everything after the last section.
    package var tail: HTML {
        let script: HTML = hasScript ? "<script>\(HTMLScript.text)</script>\n" : ""
        return "<footer>podscore \(version)</footer>\n\(script)</body>\n</html>\n"
    }
}
