import NIOCore

/// The parsed target of a request to the webhook's port.
struct WebhookRoute: Equatable {
    /// Why a target is not served.
    enum Refusal: Error, Equatable {
        case unknownPath
        /// The value of `timeout` is not a duration.
        case malformedTimeout(String)
    }

    /// The policy in the path; `nil` if the namespace determines the policy.
    let policy: String?
    /// How long the client waits for the answer; `nil` if it does not say.
    let timeout: TimeAmount?

    /// Reads `/validate`, `/validate/<policy>` and the parameter `timeout`; ignores other parameters, which later API servers may send.
    init(parsing uri: String) throws(Refusal) {
        let bytes = uri.utf8.span
        let end = Self.firstIndex(of: UInt8(ascii: "?"), in: bytes, from: 0)
        let root = "/validate".utf8.span
        guard end >= root.count, Self.hasPrefix(bytes, root) else { throw .unknownPath }
        if end == root.count {
            policy = nil
        } else {
            let nameStart = root.count + 1
            guard bytes[root.count] == UInt8(ascii: "/"), end > nameStart else { throw .unknownPath }
            policy = String(Substring(uri.utf8.dropFirst(nameStart).prefix(end - nameStart)))
        }
        timeout = end < bytes.count ? try Self.timeout(in: bytes.extracting((end + 1)...)) : nil
    }

    /// Reads a target with exactly that path, and the parameter `timeout`.
    init(parsing uri: String, at path: String) throws(Refusal) {
        let (bytes, wanted) = (uri.utf8.span, path.utf8.span)
        let end = Self.firstIndex(of: UInt8(ascii: "?"), in: bytes, from: 0)
        guard end == wanted.count, Self.hasPrefix(bytes, wanted) else { throw .unknownPath }
        policy = nil
        timeout = end < bytes.count ? try Self.timeout(in: bytes.extracting((end + 1)...)) : nil
    }

    /// The time until the answer has to leave: the timeout minus a tenth for the network, at most half a second.
    var answerTime: TimeAmount? {
        timeout.map { $0 - .nanoseconds(min($0.nanoseconds / 10, 500_000_000)) }
    }

    private static func timeout(in query: Span<UInt8>) throws(Refusal) -> TimeAmount? {
        let key = "timeout=".utf8.span
        var start = 0
        while start < query.count {
            let end = firstIndex(of: UInt8(ascii: "&"), in: query, from: start)
            let parameter = query.extracting(start..<end)
            start = end + 1
            guard hasPrefix(parameter, key) else { continue }
            let text = parameter.extracting(key.count...)
            guard let timeout = duration(text) else { throw .malformedTimeout(string(text)) }
            return timeout
        }
        return nil
    }

    /// Reads whole minutes, seconds and milliseconds in Go's notation, such as `10s`, `1m30s` or `500ms`.
    private static func duration(_ text: Span<UInt8>) -> TimeAmount? {
        guard text.count > 0, text.count <= 16 else { return nil }
        var index = 0
        var total: Int64 = 0
        while index < text.count {
            let start = index
            var value: Int64 = 0
            while index < text.count, isDigit(text[index]) {
                value = value * 10 + Int64(text[index] - UInt8(ascii: "0"))
                index += 1
                guard index - start <= 6 else { return nil }
            }
            let unitStart = index
            while index < text.count, !isDigit(text[index]) { index += 1 }
            guard unitStart > start, let scale = nanoseconds(in: text.extracting(unitStart..<index)) else { return nil }
            total += value * scale
        }
        return .nanoseconds(total)
    }

    private static func nanoseconds(in unit: Span<UInt8>) -> Int64? {
        switch (unit.count, unit.count > 0 ? unit[0] : 0) {
        case (2, UInt8(ascii: "m")) where unit[1] == UInt8(ascii: "s"): 1_000_000
        case (1, UInt8(ascii: "s")): 1_000_000_000
        case (1, UInt8(ascii: "m")): 60_000_000_000
        default: nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// The offset of the first such byte, or of the end.
    private static func firstIndex(of byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] != byte { index += 1 }
        return index
    }

    private static func hasPrefix(_ bytes: Span<UInt8>, _ prefix: Span<UInt8>) -> Bool {
        guard bytes.count >= prefix.count else { return false }
        for index in prefix.indices where bytes[index] != prefix[index] { return false }
        return true
    }

    private static func string(_ bytes: Span<UInt8>) -> String {
        String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
