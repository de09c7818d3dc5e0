import KubernetesAPI
import NIOHTTP1

extension HTTPHeaders {
    /// Whether the client asks for HTML by its name, as browsers do, and not more for plain text.
    ///
    /// `*/*`, which curl and most libraries send, does not ask for HTML.
    /// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1>
    var wantHTML: Bool {
        var (html, text) = (0, 0)
        for range in self[canonicalForm: "accept"] {
            let parts = range.split(separator: ";").map { FormEncoding.trimmed($0) }
            let quality = parts.dropFirst().compactMap(Self.quality).first ?? 1_000
            switch parts.first?.lowercased() {
            case "text/html": html = Swift.max(html, quality)
            case "text/plain": text = Swift.max(text, quality)
            default: break
            }
        }
        return html > 0 && html >= text
    }

    /// The weight of a parameter such as `q=0.9` in thousandths; `nil` for other parameters, 0 for a malformed weight.
    private static func quality(of parameter: String) -> Int? {
        let text = parameter.lowercased()
        guard text.beginsWithBytes(of: "q=") else { return nil }
        let digits = Array(text.utf8.dropFirst(2).filter { $0 != UInt8(ascii: ".") }.prefix(4))
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return 0 }
        let thousandths = (0..<4).reduce(0) { sum, place in
            sum * 10 + (digits.indices.contains(place) ? Int(digits[place] - UInt8(ascii: "0")) : 0)
        }
        return Swift.min(thousandths, 1_000)
    }
}
