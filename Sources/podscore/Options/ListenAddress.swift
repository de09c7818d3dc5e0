import ArgumentParser
import WebhookServer

/// Where a server listens, in kubesec's notation: `8080`, `:8080`, `127.0.0.1:8080`, `[::1]:8080`.
struct ListenAddress: ExpressibleByArgument, Equatable, CustomStringConvertible {
    /// What is listened on without an argument: this machine alone.
    static let loopback = ListenAddress(host: "127.0.0.1", port: 8080)

    /// The address or name; `nil` for all addresses of the machine, as a port alone means to kubesec.
    let host: String?
    /// The port, 0 to 65535; 0 takes a free one.
    let port: Int

    private init(host: String?, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads an address; `nil` when it is none.
    init?(argument: String) {
        let separator = argument.utf8.lastIndex(of: UInt8(ascii: ":"))
        let portText = separator.map { argument[argument.utf8.index(after: $0)...] } ?? argument[...]
        guard !portText.isEmpty, portText.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }), let port = Int(portText),
            port <= 65535
        else { return nil }
        var host = separator.map { argument[..<$0] } ?? ""
        if host.utf8.first == UInt8(ascii: "["), host.utf8.last == UInt8(ascii: "]") {
            host = host.dropFirst().dropLast()
            guard host.utf8.contains(UInt8(ascii: ":")) else { return nil }
        } else if host.utf8.contains(UInt8(ascii: ":")) {
            // Without brackets nobody can tell the address from the port.
            return nil
        }
        self.init(host: host.isEmpty ? nil : String(host), port: port)
    }

    /// The address as a person writes it.
    var description: String { HostPort.text(host: host ?? "", port: port) }

    /// The address that kubesec's variables name, of which `PORT` beats `KUBESEC_ADDR`; `nil` when neither is set.
    ///
    /// Throws when it is no address. Source: <https://github.com/controlplaneio/kubesec/blob/a59caad/cmd/http.go>
    static func fromEnvironment(_ variable: (String) -> String?) throws -> ListenAddress? {
        for name in ["PORT", "KUBESEC_ADDR"] {
            guard let text = variable(name), !text.isEmpty else { continue }
            guard let address = ListenAddress(argument: text) else {
                throw CommandFailure("the variable \(name) is no address such as 8080 or 127.0.0.1:8080: \(text)")
            }
            return address
        }
        return nil
    }
}
