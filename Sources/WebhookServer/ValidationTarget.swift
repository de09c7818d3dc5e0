import NIOCore

/// A request line of the webhook's port, taken apart.
struct ValidationTarget: Equatable {
    /// Why a target is not served.
    enum Refusal: Error, Equatable {
        case unknownPath
        /// The parameter's value, which is no duration.
        case malformedTimeout(String)
    }

    /// The policy that the path pins; `nil` when the namespace decides.
    let policy: String?
    /// How long the client waits for the answer; `nil` when it does not say.
    let timeout: TimeAmount?

    /// Reads `/validate`, `/validate/<policy>` and the parameter `timeout`; other parameters are left alone, since a later API server
    /// may send some.
    init(parsing uri: String) throws(Refusal) {
        let parts = uri.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let path = parts.first, let policy = Self.policy(in: path) else { throw .unknownPath }
        self.policy = policy.isEmpty ? nil : String(policy)
        timeout = parts.count > 1 ? try Self.timeout(in: parts[1]) : nil
    }

    /// The time until an answer has to leave, which keeps a tenth, half a second at most, for its way.
    var answerTime: TimeAmount? {
        timeout.map { $0 - .nanoseconds(min($0.nanoseconds / 10, 500_000_000)) }
    }

    /// The pinned policy's name, empty without one; `nil` for another path.
    private static func policy(in path: Substring.UTF8View) -> Substring? {
        let root = "/validate".utf8
        guard path.starts(with: root) else { return nil }
        let rest = path.dropFirst(root.count)
        if rest.isEmpty { return Substring() }
        guard rest.first == UInt8(ascii: "/"), rest.count > 1 else { return nil }
        return Substring(rest.dropFirst())
    }

    private static func timeout(in query: Substring.UTF8View) throws(Refusal) -> TimeAmount? {
        let key = "timeout=".utf8
        guard let parameter = query.split(separator: UInt8(ascii: "&")).first(where: { $0.starts(with: key) }) else { return nil }
        let text = parameter.dropFirst(key.count)
        guard let timeout = duration(text) else { throw .malformedTimeout(String(Substring(text))) }
        return timeout
    }

    /// Reads whole minutes, seconds and milliseconds in Go's notation, such as `10s`, `1m30s` or `500ms`.
    private static func duration(_ text: Substring.UTF8View) -> TimeAmount? {
        guard !text.isEmpty, text.count <= 16 else { return nil }
        var rest = text
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0) }
            rest = rest.dropFirst(unit.count)
            guard digits.count <= 6, let value = Int64(Substring(digits)), let scale = nanoseconds(in: Substring(unit)) else { return nil }
            total += value * scale
        }
        return .nanoseconds(total)
    }

    private static func nanoseconds(in unit: Substring) -> Int64? {
        switch unit {
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60_000_000_000
        default: nil
        }
    }
}
