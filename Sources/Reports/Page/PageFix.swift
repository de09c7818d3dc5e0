import KubernetesAPI
import PodScoring

/// The edits that would fix a text.
package struct PageFix: Sendable {
    /// The objects, each with its changes and what is left, as lines.
    package let objects: [[String]]
    /// The difference of both texts, as `diff -u` writes it; empty if nothing was edited.
    package let diff: [UInt8]
    /// The fixed text.
    package let text: [UInt8]

    /// The edits of a text.
    package init(objects: [[String]], diff: [UInt8], text: [UInt8]) {
        self.objects = objects
        self.diff = diff
        self.text = text
    }

    /// The section about the edits; `name` is the file of the difference.
    func markup(_ choices: PageChoices, name: String) -> HTML {
        let list = objects.map { lines -> HTML in
            let changes = lines.dropFirst().map { line -> HTML in "<li>\(Self.trimmed(line))</li>\n" }.joined()
            return "<li>\(lines.first ?? "")\(changes.isEmpty ? "" : "\n<ul>\n\(changes)</ul>\n" as HTML)</li>\n"
        }
        return """
            <section id="fix" aria-label="Fix">
            <h2>Fix</h2>
            <ul class="changes">
            \(list.joined())</ul>
            \(diff.isEmpty ? "<p>No edit of the classes manifest and application is left to make.</p>\n" : difference(choices, name: name))\
            </section>

            """
    }

    /// The difference, and a form that scores the fixed text.
    private func difference(_ choices: PageChoices, name: String) -> HTML {
        let rows = diff.split(separator: 0x0A).enumerated().map { number, line -> HTML in
            let text = Self.shown(line)
            // The first two lines name the file.
            return switch number < 2 ? nil : line.first {
            case UInt8(ascii: "+"): "<ins>\(text)</ins>\n"
            case UInt8(ascii: "-"): "<del>\(text)</del>\n"
            case UInt8(ascii: "@"): "<b>\(text)</b>\n"
            default: "\(text)\n"
            }
        }
        return """
            <p>Nothing else changes. Check each line whose class is not <em>manifest</em>.</p>
            <pre class="diff" id="diff" tabindex="0" aria-label="Difference">\(rows.joined())</pre>
            <form class="again" method="post" action="/#result" enctype="multipart/form-data" autocomplete="off" \
            aria-label="Fixed manifest">
            <input type="hidden" name="ruleset" value="\(choices.ruleset.name)">
            <input type="hidden" name="minimum" value="\(choices.minimum.map { String($0) } ?? "")">
            <input type="hidden" name="standard" value="\(choices.standardName)">
            <textarea id="fixed" name="manifest" aria-label="Fixed manifest" readonly hidden>
            \(verbatim: String(decoding: text, as: UTF8.self))</textarea>
            <button type="submit">Score the fixed manifest</button>
            </form>
            <p>The same for a file:</p>
            <pre tabindex="0" aria-label="Command">podscore fix --write\(choices.options) \(name)
            </pre>

            """
    }

    /// A line of the difference without a carriage return; a tab would be shown by its number.
    private static func shown(_ line: ArraySlice<UInt8>) -> String {
        let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
        return text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
    }

    private static func trimmed(_ line: String) -> String {
        String(line.drop { $0 == " " })
    }
}
