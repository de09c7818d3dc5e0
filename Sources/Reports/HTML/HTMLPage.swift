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
        "\(Self.head(title: title, version: version, policy: policy))<h1>\(title)</h1>\n"
    }

    /// Everything after the last section.
    package var tail: HTML {
        Self.tail(version: version, script: hasScript ? HTMLScript.text : nil)
    }

    /// Everything up to the start of the body.
    ///
    /// Without a policy in the page, the answer that it comes with has one. Styles come after the one that all pages have.
    static func head(title: String, version: String, policy: String? = nil, styles: [HTML] = []) -> HTML {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        \(policy.map { "<meta http-equiv=\"Content-Security-Policy\" content=\"\($0)\">\n" } ?? "" as HTML)\
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="no-referrer">
        <meta name="color-scheme" content="light dark">
        <meta name="generator" content="podscore \(version)">
        <link rel="icon" href="data:,">
        <title>\(title)</title>
        \(([HTMLStyle.text] + styles).map { style -> HTML in "<style>\(style)</style>\n" }.joined())\
        </head>
        <body>

        """
    }

    /// The footer with the version, and the script.
    static func tail(version: String, script: HTML?) -> HTML {
        "<footer>podscore \(version)</footer>\n\(script.map { "<script>\($0)</script>\n" } ?? "" as HTML)</body>\n</html>\n"
    }
}
