import Testing

@testable import TLS

@Suite struct TLSContextTests {
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
    }

    @Test func `The facts of the leaf certificate are known`() throws {
        let facts = try certificates.makeContext().certificate
        #expect(facts.subjectNames == ["localhost", "127.0.0.1", "::1"])
        #expect(facts.notAfter - facts.notBefore == 2 * 86_400)
        #expect(facts.isValid(atUnixSeconds: facts.notBefore) && facts.isValid(atUnixSeconds: facts.notAfter))
        #expect(!facts.isValid(atUnixSeconds: facts.notBefore - 1) && !facts.isValid(atUnixSeconds: facts.notAfter + 1))
    }

    @Test(arguments: [([], 0), (["intermediate"], 0), (["brief"], 86_400), (["intermediate", "brief"], 86_400)] as [([String], Int64)])
    func `The earliest end of a chain's validity is known`(intermediates: [String], secondsBefore: Int64) throws {
        let chain = certificates["leaf.pem"] + intermediates.flatMap { certificates[$0 + ".pem"] }
        let context = try TLSContext(certificateChainPEM: chain, privateKeyPEM: certificates["leaf.key"])
        // Certificates are made one after the other, within minutes.
        for facts in [context.certificate, try ServedChain(pem: chain).certificate] {
            let difference = facts.notAfter - facts.chainNotAfter
            #expect(secondsBefore - 600...secondsBefore + 600 ~= difference && difference >= 0)
        }
    }

    @Test(arguments: ["rsa", "leaf"]) func `RSA and elliptic curve keys are accepted`(name: String) throws {
        let context = try TLSContext(certificateChainPEM: certificates[name + ".pem"], privateKeyPEM: certificates[name + ".key"])
        #expect(!context.requiresClientCertificate)
    }

    @Test(arguments: [
        ("", "leaf.key", "no certificate found in the PEM text (no start line)"),
        ("leaf.key", "leaf.key", "no certificate found in the PEM text (no start line)"),
        ("leaf.pem", "", "no private key found in the PEM text"),
        ("leaf.pem", "leaf.pem", "no private key found in the PEM text"),
        ("leaf.pem", "client.key", "the private key does not belong to the certificate (key values mismatch)"),
        ("leaf.pem", "rsa.key", "the private key does not belong to the certificate (different key types)"),
        ("leaf.pem", "encrypted-ec.key", "the private key is encrypted; remove its password"),
        ("leaf.pem", "encrypted-pkcs8.key", "the private key is encrypted; remove its password"),
        ("weak.pem", "weak.key", "the certificate is too weak to be used (ee key too small)"),
    ])
    func `A chain or key that can't be used is rejected with the reason`(chain: String, key: String, message: String) throws {
        let error = try #require(throws: TLSConfigurationError.self) {
            try TLSContext(certificateChainPEM: certificates[chain], privateKeyPEM: certificates[key])
        }
        #expect(error.description == message)
    }

    @Test func `A damaged certificate is reported with its place in the chain`() throws {
        let damaged = Self.damaging(certificates["intermediate.pem"])
        let chain = certificates["leaf.pem"] + damaged
        let error = try #require(throws: TLSConfigurationError.self) {
            try TLSContext(certificateChainPEM: chain, privateKeyPEM: certificates["leaf.key"])
        }
        guard case .certificateUnreadable(index: 1, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `A damaged private key is rejected`() throws {
        let error = try #require(throws: TLSConfigurationError.self) {
            try TLSContext(certificateChainPEM: certificates["leaf.pem"], privateKeyPEM: Self.damaging(certificates["leaf.key"]))
        }
        guard case .privateKeyUnreadable = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `A weak intermediate is reported with its place in the chain`() throws {
        let chain = certificates["leaf.pem"] + certificates["weak.pem"]
        let error = try #require(throws: TLSConfigurationError.self) {
            try TLSContext(certificateChainPEM: chain, privateKeyPEM: certificates["leaf.key"])
        }
        #expect(error.description == "certificate 2 of the chain is too weak to be used (ca key too small)")
    }

    @Test func `Client authorities without a certificate are rejected`() throws {
        let error = try #require(throws: TLSConfigurationError.self) {
            try certificates.makeContext(clientAuthorities: certificates["leaf.key"])
        }
        #expect(error.description == "no certificate found in the PEM text of the client authorities (no start line)")
    }

    @Test func `A damaged client authority is reported with its place`() throws {
        let authorities = certificates["root.pem"] + Self.damaging(certificates["stranger.pem"])
        let error = try #require(throws: TLSConfigurationError.self) { try certificates.makeContext(clientAuthorities: authorities) }
        guard case .clientAuthorityUnreadable(index: 1, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `Bytes that are not PEM never crash`() {
        for seed in 0..<64 {
            let noise = (0..<512).map { UInt8(truncatingIfNeeded: ($0 &* 31 &+ seed &* 17) ^ (seed << 2)) }
            #expect(throws: TLSConfigurationError.self) {
                try TLSContext(certificateChainPEM: noise, privateKeyPEM: certificates["leaf.key"])
            }
            #expect(throws: TLSConfigurationError.self) {
                try TLSContext(certificateChainPEM: certificates["leaf.pem"], privateKeyPEM: noise)
            }
        }
    }

    /// Breaks the base64 text in the middle.
    private static func damaging(_ pem: [UInt8]) -> [UInt8] {
        var damaged = pem
        damaged.replaceSubrange(damaged.count / 2..<damaged.count / 2 + 4, with: Array("!!!!".utf8))
        return damaged
    }
}
