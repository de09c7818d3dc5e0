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

    /// Reads a target; ignores parameters that kubesec does not have.
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
            default: break
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

    /// Decodes `%` and `+` of a query; `nil` for a malformed escape, whose parameter Go drops.
    private static func decoded(_ text: Substring.UTF8View) -> String? {
        var bytes: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal) else { return nil }
                bytes.append(high << 4 | low)
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
