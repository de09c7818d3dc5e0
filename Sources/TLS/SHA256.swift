import COpenSSL

/// The digest that tells files apart.
package enum SHA256 {
    /// The digest of the pieces one after the other, in lower-case hexadecimal digits, as `sha256sum` prints it.
    ///
    /// Throws if memory is short, or libcrypto's configuration forbids the digest.
    package static func hexDigest(of pieces: [[UInt8]]) throws(OpenSSLReason) -> String {
        OpenSSLReason.clearQueue()
        // Safety: the context is made, used and freed here; the pieces are read during the calls only.
        guard let context = unsafe EVP_MD_CTX_new() else { throw .drainingQueue() }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else { throw .drainingQueue() }
        for piece in pieces {
            guard unsafe EVP_DigestUpdate(context, piece, piece.count) == 1 else { throw .drainingQueue() }
        }
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        guard unsafe EVP_DigestFinal_ex(context, &digest, &count) == 1 else { throw .drainingQueue() }
        let digits = Array("0123456789abcdef")
        return String(digest.prefix(Int(count)).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
