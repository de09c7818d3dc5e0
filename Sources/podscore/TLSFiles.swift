import FileSystem
import TLS

/// Reads certificates and keys from files.
enum TLSFiles {
    /// The largest PEM file, in bytes.
    static let byteLimit = 1024 * 1024

    /// Builds what connections are served with.
    static func load(certificate: String, key: String, clientAuthorities: String?) throws -> TLSContext {
        let chain = try read(certificate)
        let privateKey = try read(key)
        let authorities = try clientAuthorities.map(read)
        do {
            return try TLSContext(
                certificateChainPEM: chain,
                privateKeyPEM: privateKey,
                clientCertificateAuthoritiesPEM: authorities
            )
        } catch {
            let files = [certificate, key, clientAuthorities].compactMap { $0 }.joined(separator: ", ")
            throw CommandFailure("cannot serve TLS with \(files): \(error)")
        }
    }

    /// Reads a PEM file.
    private static func read(_ path: String) throws -> [UInt8] {
        do {
            return try FileContents.read(path, byteLimit: byteLimit)
        } catch {
            throw CommandFailure("cannot read \(error)")
        }
    }
}
