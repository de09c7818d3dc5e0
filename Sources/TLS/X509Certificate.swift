import COpenSSL
import CTLSShims
import NIOCore

/// The only owner of an `X509`.
// Safety: the certificate is private, used only while the value lives, and freed once.
@safe
struct X509Certificate: ~Copyable {
    // Safety: freed in `deinit` only.
    private let certificate: OpaquePointer

    /// Takes over the caller's reference.
    // Safety: the caller gives up its reference and does not free it.
    @unsafe
    init(owning certificate: OpaquePointer) {
        unsafe self.certificate = certificate
    }

    deinit {
        unsafe X509_free(certificate)
    }

    /// Lends the certificate for one call; to keep it, take another reference.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result {
        unsafe body(certificate)
    }

    /// The facts in the certificate; `nil` if its dates are damaged.
    func facts() -> TLSCertificateFacts? {
        var notBefore: Int64 = 0
        // Safety: the time is borrowed from the certificate, which `self` owns.
        guard let start = unsafe X509_get0_notBefore(certificate), unsafe ctls_unix_seconds(start, &notBefore) == 1,
            let notAfter = notAfter()
        else { return nil }
        return TLSCertificateFacts(notBefore: notBefore, notAfter: notAfter, chainNotAfter: notAfter, subjectNames: subjectNames())
    }

    /// The last second of validity, since 1970-01-01 UTC; `nil` if the date is damaged.
    func notAfter() -> Int64? {
        var seconds: Int64 = 0
        // Safety: the time is borrowed from the certificate, which `self` owns.
        guard let end = unsafe X509_get0_notAfter(certificate), unsafe ctls_unix_seconds(end, &seconds) == 1 else { return nil }
        return seconds
    }

    /// The common name and the alternative names, up to a limit.
    func names(limit: Int) -> [String] {
        Array(([commonName()].compactMap { $0 } + alternativeNames(of: [GEN_DNS, GEN_EMAIL, GEN_URI, GEN_IPADD])).prefix(limit))
    }

    /// The DNS names and the IP addresses among the alternative names.
    func subjectNames() -> [String] {
        alternativeNames(of: [GEN_DNS, GEN_IPADD])
    }

    private func commonName() -> String? {
        var count: Int32 = 0
        // Safety: the name is copied and then freed.
        guard let name = unsafe ctls_common_name(certificate, &count) else { return nil }
        defer { unsafe ctls_common_name_free(name) }
        return unsafe String(decoding: UnsafeBufferPointer(start: name, count: Int(count)), as: UTF8.self)
    }

    private func alternativeNames(of types: [Int32]) -> [String] {
        // Safety: the names are freed before the end of this function and nothing of them is kept.
        guard let names = unsafe ctls_subject_names(certificate) else { return [] }
        defer { unsafe ctls_names_free(names) }
        return unsafe (0..<ctls_names_count(names)).compactMap { index in
            var bytes: UnsafePointer<UInt8>?
            var count: Int32 = 0
            let type = unsafe ctls_name_at(names, index, &bytes, &count)
            guard types.contains(type) else { return nil }
            let name = unsafe UnsafeBufferPointer(start: bytes, count: Int(count))
            guard type == GEN_IPADD else { return unsafe String(decoding: name, as: UTF8.self) }
            return try? unsafe SocketAddress(packedIPAddress: ByteBuffer(bytes: name), port: 0).ipAddress
        }
    }
}

/// The facts about a certificate for readiness, metrics and messages.
package struct TLSCertificateFacts: Equatable, Sendable {
    /// The first second of validity, since 1970-01-01 UTC.
    package let notBefore: Int64

    /// The last second of validity, since 1970-01-01 UTC.
    package let notAfter: Int64

    /// The last second at which the certificate and its intermediates are valid, since 1970-01-01 UTC.
    package internal(set) var chainNotAfter: Int64

    /// The DNS names and IP addresses in the certificate, in its order, without other kinds of names.
    package let subjectNames: [String]

    /// Whether the certificate is valid at a second since 1970-01-01 UTC.
    package func isValid(atUnixSeconds seconds: Int64) -> Bool {
        notBefore <= seconds && seconds <= notAfter
    }
}
