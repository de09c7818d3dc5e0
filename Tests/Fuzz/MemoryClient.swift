import COpenSSL
import CTLSShims
import Glibc
import TLS
import TestSupport

/// The client's end of a TLS connection in memory; a class because it owns C handles.
@safe
final class MemoryClient {
    /// libssl could not create a client.
    struct Failure: Error {}

    // Safety: made in `init`, freed in `deinit`, used by one call of a target.
    private let session: OpaquePointer
    private let transport: OpaquePointer

    // Safety: made once, never changed or freed, and counted by libssl.
    private nonisolated(unsafe) static let context: OpaquePointer? = unsafe SSL_CTX_new(TLS_client_method())

    init(isOld: Bool) throws {
        guard let context = unsafe Self.context, let transport = unsafe ctls_transport_new(), let session = unsafe SSL_new(context) else {
            throw Failure()
        }
        unsafe self.session = session
        unsafe self.transport = transport
        unsafe SSL_ctrl(session, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(isOld ? TLS1_2_VERSION : TLS1_3_VERSION), nil)
        unsafe SSL_set_bio(session, transport, transport)
        unsafe SSL_set_connect_state(session)
    }

    deinit {
        unsafe SSL_free(session)
    }

    var isEstablished: Bool { unsafe SSL_is_init_finished(session) == 1 }

    /// Receives bytes of the server, or starts the handshake.
    func receive(_ bytes: [UInt8]) {
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe ctls_transport_lend(transport, bytes.baseAddress, bytes.count)
            ERR_clear_error()
            var buffer = [UInt8](repeating: 0, count: 1 << 14)
            while unsafe SSL_read(session, &buffer, Int32(buffer.count)) > 0 {}
            unsafe ctls_transport_lend(transport, nil, 0)
        }
        ERR_clear_error()
    }

    /// Encrypts bytes, and tells whether that succeeded.
    func send(_ bytes: [UInt8]) -> Bool {
        ERR_clear_error()
        return unsafe SSL_write(session, bytes, Int32(bytes.count)) == Int32(bytes.count)
    }

    func sendCloseNotify() {
        ERR_clear_error()
        unsafe SSL_shutdown(session)
    }

    func updateKey() {
        ERR_clear_error()
        unsafe SSL_key_update(session, SSL_KEY_UPDATE_REQUESTED)
    }

    func renegotiate() {
        ERR_clear_error()
        unsafe SSL_renegotiate(session)
        unsafe SSL_do_handshake(session)
    }

    /// Returns the bytes to send to the server.
    func takeOutput() -> [UInt8] {
        let count = unsafe ctls_transport_written_count(transport)
        let bytes = unsafe [UInt8](UnsafeRawBufferPointer(start: ctls_transport_written(transport), count: count))
        unsafe ctls_transport_discard_written(transport, 0)
        return bytes
    }
}

/// A certificate for the server, made by the `openssl` program.
enum SelfSignedCertificate {
    /// The program failed.
    struct Failure: Error {}

    static func makeContext() throws -> TLSContext {
        var folder = Array("/tmp/podscore-fuzz-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&folder) != nil else { throw Failure() }
        let path = String(decoding: folder.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        defer {
            for name in ["key", "chain"] { unsafe unlink("\(path)/\(name)") }
            unsafe rmdir(path)
        }
        let arguments =
            "req -x509 -config /dev/null -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj /CN=a -days 2"
            + " -keyout \(path)/key -out \(path)/chain"
        let program = try ChildProcess(
            "/usr/bin/openssl",
            arguments.split(separator: " ").map(String.init),
            output: .file("/dev/null"),
            errors: .file("/dev/null")
        )
        guard program.waitForEnd() == 0 else { throw Failure() }
        return try TLSContext(certificateChainPEM: try contents(of: "\(path)/chain"), privateKeyPEM: try contents(of: "\(path)/key"))
    }

    private static func contents(of path: String) throws -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY)
        guard descriptor >= 0 else { throw Failure() }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 1 << 14)
        let count = unsafe read(descriptor, &bytes, bytes.count)
        guard count > 0 else { throw Failure() }
        return Array(bytes.prefix(count))
    }
}
