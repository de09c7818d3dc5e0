import COpenSSL
import CTLSShims

/// A server's certificate with its intermediates, verified as the API server does.
// Safety: the pile is private, used only while the value lives, and freed once.
@safe
package struct ServedChain: ~Copyable {
    /// The facts in the certificate.
    package let certificate: TLSCertificateFacts

    private let leaf: X509Certificate
    private let intermediates: OpaquePointer

    /// Reads the PEM text of a server, its own certificate first.
    package init(pem: [UInt8]) throws(TLSConfigurationError) {
        let document = try Self.open(pem)
        switch document.nextCertificate() {
        case .end(let reason): throw .noCertificate(reason)
        case .unreadable(let reason): throw .certificateUnreadable(index: 0, reason)
        case .certificate(let leaf):
            guard var facts = leaf.facts() else { throw .certificateUnreadable(index: 0, .drainingQueue()) }
            // Safety: freed in `deinit`, or below when the rest of the text can't be read.
            guard let pile = unsafe ctls_certificates_new() else { throw .libraryFailure(.drainingQueue()) }
            do throws(TLSConfigurationError) {
                facts.chainNotAfter = min(facts.notAfter, try unsafe Self.addRest(of: document, to: pile))
            } catch {
                unsafe ctls_certificates_free(pile)
                throw error
            }
            certificate = facts
            self.leaf = leaf
            unsafe intermediates = pile
        }
    }

    deinit {
        unsafe ctls_certificates_free(intermediates)
    }

    /// Tells whether the certificate was issued for a host: one of its alternative names, including wildcards; the common name does not
    /// count.
    package func isIssued(for host: String) -> Bool {
        // Safety: the call reads the certificate and the text and keeps neither.
        unsafe leaf.withPointer { unsafe ctls_is_issued_for($0, host) } == 1
    }

    /// Verifies the chain against authorities; returns the reason if they do not vouch for it.
    ///
    /// - Parameters:
    ///   - pem: The certificates that are trusted, each on its own.
    ///   - seconds: The time of verification, since 1970-01-01 UTC; `nil` ignores all dates.
    /// - Returns: The reason in libssl's words; `nil` if they vouch for it.
    /// - Throws: The error in the text of the authorities.
    package func refusal(byAuthorities pem: [UInt8], atUnixSeconds seconds: Int64?) throws(TLSConfigurationError) -> String? {
        let store = try unsafe Self.store(of: pem)
        // Safety: the store is used on this thread only and freed once; the call borrows it, the leaf and the intermediates.
        defer { unsafe X509_STORE_free(store) }
        let code = unsafe leaf.withPointer { leaf in
            unsafe ctls_verify_server(store, leaf, intermediates, seconds ?? 0, seconds == nil ? 0 : 1)
        }
        OpenSSLReason.clearQueue()
        guard code != X509_V_OK else { return nil }
        // Safety: the text is static.
        return unsafe String(cString: X509_verify_cert_error_string(Int(code)))
    }

    /// Makes a store of the certificates in a PEM text, at least one.
    private static func store(of pem: [UInt8]) throws(TLSConfigurationError) -> OpaquePointer {
        let document = try open(pem)
        // Safety: freed by the caller, or below when the text can't be read.
        guard let store = unsafe X509_STORE_new() else { throw .libraryFailure(.drainingQueue()) }
        var index = 0
        while true {
            switch document.nextCertificate() {
            case .end(let reason):
                if index > 0 { return unsafe store }
                unsafe X509_STORE_free(store)
                throw .noClientAuthority(reason)
            case .unreadable(let reason):
                unsafe X509_STORE_free(store)
                throw .clientAuthorityUnreadable(index: index, reason)
            case .certificate(let authority):
                // Safety: the store takes a reference of its own; one that it has already is no error.
                unsafe authority.withPointer { _ = unsafe X509_STORE_add_cert(store, $0) }
            }
            index += 1
        }
    }

    /// Adds the intermediates; returns the earliest end of their validity.
    private static func addRest(of document: borrowing PEMDocument, to pile: OpaquePointer) throws(TLSConfigurationError) -> Int64 {
        try document.forEachIntermediate { (intermediate, _) throws(TLSConfigurationError) in
            // Safety: the pile takes a reference of its own.
            guard unsafe intermediate.withPointer({ unsafe ctls_certificates_add(pile, $0) }) == 1 else {
                throw .libraryFailure(.drainingQueue())
            }
        }
    }

    private static func open(_ text: [UInt8]) throws(TLSConfigurationError) -> PEMDocument {
        do {
            return try PEMDocument(text)
        } catch {
            throw .libraryFailure(error)
        }
    }
}
