import TestSupport

/// A client of the webhook that keeps one connection open.
final class WebhookClient {
    /// The server ended the connection before the answer was complete.
    struct Lost: Error {
        let received: String
    }

    /// The answer to one request.
    struct Answer {
        let status: Int
        /// The header lines after the status line.
        let fields: [String]
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }

        /// Whether the server announced that it closes.
        var closes: Bool { fields.contains("Connection: close") }
    }

    private let socket: SocketClient
    private var received: [UInt8] = []

    init(port: Int) throws {
        socket = try SocketClient(port: port)
    }

    /// Posts a body and waits for the answer.
    func post(_ body: [UInt8], to target: String = "/validate", contentType: String = "application/json") throws -> Answer {
        try request("POST \(target)", ["Content-Type: \(contentType)", "Content-Length: \(body.count)"], body)
    }

    /// Sends a request unchanged and waits for the answer.
    func request(_ methodAndTarget: String, _ fields: [String], _ body: [UInt8] = []) throws -> Answer {
        try send("\(methodAndTarget) HTTP/1.1\r\nHost: localhost\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n", body)
        return try answer()
    }

    /// Sends any bytes.
    func send(_ text: String, _ bytes: [UInt8] = []) throws {
        try socket.send(Array(text.utf8) + bytes)
    }

    /// Waits for one answer.
    func answer() throws -> Answer {
        let head = try takeHead().split(separator: "\r\n").map(String.init)
        guard let line = head.first?.split(separator: " "), line.count > 1, let status = Int(line[1]) else { throw lost() }
        let length = head.lazy.compactMap { $0.hasPrefix("Content-Length: ") ? Int($0.dropFirst(16)) : nil }.first ?? 0
        while received.count < length { try receive() }
        defer { received.removeFirst(length) }
        return Answer(status: status, fields: Array(head.dropFirst()), body: Array(received.prefix(length)))
    }

    /// Whether the server ended the connection with a TLS close notification.
    var isClosedByServer: Bool {
        received.isEmpty && socket.receive().isEmpty && socket.hasReceivedCloseNotify
    }

    /// Disconnects without a close notification.
    func disconnect() {
        socket.disconnect()
    }

    private func takeHead() throws -> String {
        let blank = Array("\r\n\r\n".utf8)
        while true {
            if let end = received.indices.first(where: { received[$0...].starts(with: blank) }) {
                defer { received.removeFirst(end + blank.count) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            try receive()
        }
    }

    private func receive() throws {
        let bytes = socket.receive()
        guard !bytes.isEmpty else { throw lost() }
        received += bytes
    }

    private func lost() -> Lost {
        Lost(received: String(decoding: received, as: UTF8.self))
    }
}
