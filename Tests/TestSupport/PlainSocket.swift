import Glibc

/// A client without TLS, blocking; a class because it owns the socket.
package final class PlainSocket {
    /// The call that failed.
    package struct Failure: Error {
        let call: String
        let errno: Int32
    }

    /// The socket's descriptor, open for as long as the object.
    package let descriptor: Int32

    /// Connects to a port of this machine; waits at most a minute for each answer, as a guard against hanging.
    package init(port: Int) throws {
        // Writing to a server that is gone is an error of the call, not the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        // Closed on exec: a program under test that inherited the socket would keep the connection open.
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else {
            let failure = Failure(call: "connect", errno: errno)
            close(descriptor)
            throw failure
        }
    }

    deinit {
        close(descriptor)
    }

    /// Ends the connection at once, whatever is still to come.
    package func disconnect() {
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    /// Sends all bytes.
    package func send(_ bytes: [UInt8]) throws {
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else { throw Failure(call: "write", errno: errno) }
    }

    /// Reads until the server ends the connection.
    package func receiveAll() -> [UInt8] {
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = unsafe read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return received }
            received += buffer.prefix(count)
        }
    }
}
