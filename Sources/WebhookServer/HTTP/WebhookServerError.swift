/// Why a server could not start.
package enum WebhookServerError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Something else listens on the port, or has done so until a moment ago.
    case addressInUse(host: String, port: Int)
    /// The port is below 1024 and the process may not use those.
    case notPermitted(host: String, port: Int)
    /// The address is none of this machine's, or no address.
    case addressUnavailable(host: String, port: Int)
    /// Another error of the system; `errno` is 0 when it gave none.
    case system(host: String, port: Int, errno: Int32)

    /// One line that says what to do.
    package var description: String {
        switch self {
        case .addressInUse(let host, let port): "\(HostPort.text(host: host, port: port)) is in use by another process; choose another port"
        case .notPermitted(let host, let port):
            "no permission to listen on \(HostPort.text(host: host, port: port)); choose a port above 1023"
        case .addressUnavailable(let host, let port): "\(host) is no address of this machine; can't listen on port \(port) there"
        case .system(let host, let port, let errno): "can't listen on \(HostPort.text(host: host, port: port)) (errno \(errno))"
        }
    }
}
