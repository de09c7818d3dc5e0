/// The parsed target of a request to the scan server.
struct ScanRoute: Equatable {
    /// The page at a path.
    enum Page: Equatable {
        /// Whether the process works: `/healthz` as in kubesec, and `/livez`.
        case live
        /// Whether the server is ready for requests.
        case ready
        case metrics
        /// An explanation of the service.
        case usage
        /// Any other path; it takes manifests like `/`, as in kubesec.
        case other
    }

    /// The page at the path.
    let page: Page
    /// The ids of the requested rules, one for each `rule` parameter.
    private(set) var rules: [String] = []
    /// Whether a signed in-toto link is requested, which only kubesec with a key provides.
    private(set) var wantsLink = false
    /// The choices for the page, which kubesec does not have.
    private(set) var form = PageForm()

    /// Reads a target; ignores parameters that neither kubesec nor the page has.
    init(parsing uri: String) {
        let parts = uri.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        page = Self.page(at: parts.first ?? Substring().utf8)
        guard parts.count > 1 else { return }
        for parameter in parts[1].split(separator: UInt8(ascii: "&")) {
            let pair = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard let key = pair.first.flatMap(Self.decoded) else { continue }
            guard let value = pair.count > 1 ? Self.decoded(pair[1]) : "" else { continue }
            switch key {
            case "rule": rules.append(value)
            case "in-toto": wantsLink = wantsLink || !value.isEmpty
            default: form.take(key, value)
            }
        }
    }

    private static func page(at path: Substring.UTF8View) -> Page {
        switch Substring(path) {
        case "/": .usage
        case "/healthz", "/livez": .live
        case "/readyz": .ready
        case "/metrics": .metrics
        default: .other
        }
    }

    /// Decodes a part of a query; `nil` for a malformed escape, whose parameter Go drops.
    private static func decoded(_ text: Substring.UTF8View) -> String? {
        FormEncoding.decoded(text.span).map { String(decoding: $0, as: UTF8.self) }
    }
}
