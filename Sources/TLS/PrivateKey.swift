import COpenSSL

/// The one owner of an `EVP_PKEY`.
// Safety: the key is private, handed out only inside calls, and freed once.
@safe
struct PrivateKey: ~Copyable {
    // Safety: freed in `deinit` only.
    private let key: OpaquePointer

    /// Takes over the caller's reference.
    // Safety: the caller gives up its reference and does not free it.
    @unsafe
    init(owning key: OpaquePointer) {
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    /// Lends the key for one call; it must not be kept without a reference of its own.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(key)
    }
}
