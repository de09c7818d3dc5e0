import KubernetesAPI
import NIOHTTP1

/// The hosts by which a browser may request the pages of a port: this machine's loopback names, and those that the operator gave.
///
/// A page of another site can point its own host name to this machine and then read what the port answers (DNS rebinding). The browser
/// still sends the name of that site as `Host`, so it is refused.
/// Source: <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>
struct HostCheck: Sendable {
    private let names: [HostName]
    private let allowsAddresses: Bool

    /// Allows `localhost`, 127.0.0.0/8 and `[::1]` with any port, and further names, also with any port.
    ///
    /// `allowsAddresses` allows each IP address as well: probes and Prometheus request a Pod by its address, and DNS rebinding needs a name.
    init(names: [HostName] = [], allowsAddresses: Bool = false) {
        self.names = names
        self.allowsAddresses = allowsAddresses
    }

    /// Tells whether a header has exactly one `Host`, and that one is allowed.
    func allows(_ headers: HTTPHeaders) -> Bool {
        let hosts = headers[canonicalForm: "host"]
        return hosts.count == 1 && hosts.allSatisfy { allows(String($0)) }
    }

    /// Tells whether the value of a `Host` field is allowed.
    func allows(_ field: String) -> Bool {
        guard let host = Self.hostWithoutPort(of: field), let name = HostName(parsing: host) else { return false }
        return name.isLoopback || allowsAddresses && name.isAddress || names.contains { $0.text.hasSameBytes(as: name.text) }
    }

    /// The host of a `Host` field; `nil` if something other than a port follows it.
    private static func hostWithoutPort(of field: String) -> String? {
        let bytes = field.utf8
        let end = bytes.first == UInt8(ascii: "[") ? bytes.firstIndex(of: UInt8(ascii: "]")) : bytes.startIndex
        guard let end else { return nil }
        guard let colon = bytes[end...].firstIndex(of: UInt8(ascii: ":")) else { return field }
        let port = bytes[colon...].dropFirst()
        guard port.count <= 5, port.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return String(field[..<colon])
    }
}

/// A host name or an IP address as in the `Host` of a request, without a port; an IPv6 address is in brackets.
package struct HostName: Sendable {
    /// The name in lower case.
    package let text: String

    /// Reads letters, digits, `-`, `.` and `_`, or hexadecimal digits, `:` and `.` in brackets; anything else gives `nil`.
    ///
    /// A name has at most 253 characters.
    /// Source: <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>
    package init?(parsing text: String) {
        var bytes = text.utf8[...]
        let isBracketed = bytes.first == UInt8(ascii: "[") && bytes.last == UInt8(ascii: "]") && bytes.count > 2
        if isBracketed { bytes = bytes.dropFirst().dropLast() }
        guard !bytes.isEmpty, bytes.count <= 253 else { return nil }
        guard bytes.allSatisfy({ isBracketed ? Self.isInIPv6Address($0) : Self.isInName($0) }) else { return nil }
        self.text = text.lowercased()
    }

    /// Whether the name or address means the machine that the browser runs on.
    var isLoopback: Bool {
        text.hasSameBytes(as: "localhost") || text.hasSameBytes(as: "[::1]") || isLoopbackIPv4Address
    }

    /// Whether it is an address and no name.
    var isAddress: Bool { text.utf8.first == UInt8(ascii: "[") || numbers != nil }

    private var isLoopbackIPv4Address: Bool { numbers?.first == 127 }

    /// The four numbers of an IPv4 address; `nil` for a name, such as 127.example.com.
    private var numbers: [UInt8]? {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false).compactMap { UInt8($0) }
        return numbers.count == 4 && text.utf8.count(where: { $0 == UInt8(ascii: ".") }) == 3 && !text.contains("-") ? numbers : nil
    }

    private static func isInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func isInIPv6Address(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: ":"), UInt8(ascii: "."): true
        default: false
        }
    }
}
