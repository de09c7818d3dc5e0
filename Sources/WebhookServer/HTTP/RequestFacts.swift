import NIOCore
import NIOHTTP1

/// The facts in a request's header about its body and the connection.
struct RequestFacts: Sendable {
    /// The `Content-Length`; `nil` for a chunked body.
    let announcedByteCount: Int?
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
    /// Whether the client wants another request on the same connection.
    let keepsAlive: Bool
    /// Whether the client speaks HTTP/1.0 and has to be told that the connection stays open.
    let isHTTP10: Bool
    /// Whether the client wants only the header of the answer.
    let omitsBody: Bool
    /// Why a proxy may see another host, or another end of the body, than this server; `nil` if both are clear.
    ///
    /// Sources: <https://www.rfc-editor.org/rfc/rfc9112#section-3.2>, <https://www.rfc-editor.org/rfc/rfc9112#section-6.1>
    let ambiguity: String?

    /// Reads a header.
    init(_ head: HTTPRequestHead) {
        var (contentLength, expectation): (String?, String?)
        var (isChunked, isOnlyChunked, upgrades) = (false, true, false)
        var hostCount = 0
        for (name, value) in head.headers {
            switch name.utf8.count {
            case 4 where name.equalsIgnoringASCIICase("host"): hostCount += 1
            case 6 where expectation == nil && name.equalsIgnoringASCIICase("expect"): expectation = value
            case 7 where name.equalsIgnoringASCIICase("upgrade"): upgrades = true
            case 14 where contentLength == nil && name.equalsIgnoringASCIICase("content-length"): contentLength = value
            case 17 where name.equalsIgnoringASCIICase("transfer-encoding"):
                isChunked = true
                isOnlyChunked = isOnlyChunked && value.equalsIgnoringASCIICase("chunked")
            default: break
            }
        }
        announcedByteCount = isChunked ? nil : contentLength.map { Int($0) ?? .max } ?? 0
        isHTTP10 = head.version.minor == 0
        expectsContinue = !isHTTP10 && expectation?.lowercased() == "100-continue"
        // The decoder does not read HTTP after a request for another protocol.
        keepsAlive = head.isKeepAlive && head.method != .CONNECT && !upgrades
        omitsBody = head.method == .HEAD
        ambiguity =
            if hostCount > 1 || hostCount == 0 && !isHTTP10 {
                "HTTP/1.1 requires exactly one Host field"
            } else if isChunked && (isHTTP10 || !isOnlyChunked) {
                "the only supported Transfer-Encoding is chunked, in HTTP/1.1"
            } else {
                nil
            }
    }

    /// Whether bytes follow the header.
    var hasBody: Bool { announcedByteCount != 0 }

    /// Whether an unwanted body is short enough to skip, which is cheaper than a new connection.
    var canBeReadPast: Bool {
        guard let announcedByteCount, !expectsContinue else { return false }
        return announcedByteCount <= Self.readPastByteLimit
    }

    private static let readPastByteLimit = 64 << 10
}

extension String {
    /// Tells whether both texts are equal apart from the case of ASCII letters.
    ///
    /// Only correct for letters, digits and hyphens, which HTTP's field names and protocols consist of.
    func equalsIgnoringASCIICase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let (bytes, others) = (utf8.span, other.utf8.span)
        for index in bytes.indices where bytes[index] | 0x20 != others[index] | 0x20 { return false }
        return true
    }
}

/// The IP address of a client; memory for unfinished bodies is shared by address.
struct PeerAddress: Hashable, Sendable {
    /// The address as text; empty without one, as for a UNIX socket.
    let text: String

    /// Takes the address out of a connection's remote address.
    init(_ address: SocketAddress?) {
        text = address?.ipAddress ?? ""
    }

    /// Takes an address as text.
    init(_ text: String) {
        self.text = text
    }

    /// Whether the client is on this machine: 127.0.0.0/8, also inside IPv6, or ::1.
    var isLoopback: Bool {
        text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
    }
}
