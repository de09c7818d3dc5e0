/// A host and a port as a person or a URL writes them.
package enum HostPort {
    /// Writes `HOST:PORT`, with brackets around an IPv6 address, whose colons would hide where the port begins.
    package static func text(host: String, port: Int) -> String {
        host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
