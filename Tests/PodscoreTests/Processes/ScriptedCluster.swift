import Foundation
import Glibc
import Synchronization
import TestSupport

/// An API server on a port of this machine that answers each path with a prepared text.
///
/// A class because it owns the socket and the thread that serves it.
final class ScriptedCluster: Sendable {
    /// An answer.
    struct Answer: Sendable {
        var status = "200 OK"
        var type = "application/json"
        var body: String
    }

    private let socket: Int32
    private let answers: [String: Answer]
    private let asked = Mutex<[String]>([])
    /// The port.
    let port: Int

    /// Serves answers by path; any other path is 404, as an API server answers for a kind that is not installed.
    init(_ answers: [String: Answer]) throws {
        self.answers = answers
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.coderInvalidValue) }
        port = Int(UInt16(bigEndian: address.sin_port))
        let thread = Thread { [self] in serve() }
        thread.start()
    }

    /// Ends the thread and closes the socket.
    func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// The paths with queries that were asked for.
    var requests: [String] { asked.withLock { $0 } }

    /// A kubeconfig that leads here.
    var kubeconfig: String { Self.kubeconfig(port: port) }

    /// A kubeconfig that leads to a port on which nobody listens.
    static let unreachableKubeconfig = kubeconfig(port: 1)

    private static func kubeconfig(port: Int) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test}}]
        clusters: [{name: test, cluster: {server: "http://127.0.0.1:\(port)"}}]
        users: [{name: test, user: {}}]

        """
    }

    private func serve() {
        while true {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else { break }
            answer(connection)
            close(connection)
        }
        close(socket)
    }

    private func answer(_ connection: Int32) {
        var head = ""
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while !head.contains("\r\n\r\n") {
            let count = unsafe read(connection, &buffer, buffer.count)
            guard count > 0 else { return }
            head += String(decoding: buffer.prefix(count), as: UTF8.self)
        }
        let target = head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        asked.withLock { $0.append(target) }
        let path = target.split(separator: "?").first.map(String.init) ?? ""
        let answer = answers[path] ?? Answer(status: "404 Not Found", type: "text/plain", body: "404 page not found\n")
        let text = """
            HTTP/1.1 \(answer.status)\r
            Content-Type: \(answer.type)\r
            Content-Length: \(answer.body.utf8.count)\r
            Connection: close\r
            \r
            \(answer.body)
            """
        let bytes = Array(text.utf8)
        _ = unsafe write(connection, bytes, bytes.count)
    }
}
