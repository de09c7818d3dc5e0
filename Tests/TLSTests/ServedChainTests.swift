import Testing

@testable import TLS

/// The API server's verdict on chains of test certificates.
@Suite struct ServedChainTests {
    private let certificates: TestCertificates

    init() throws {
        certificates = try TestCertificates.shared.get()
    }

    /// A chain of files, the authorities, and libssl's reason; `nil` if they vouch for it.
    static let verdicts: [(chain: [String], authorities: [String], verdict: String?)] = [
        (["leaf", "intermediate"], ["root"], nil),
        (["leaf", "intermediate"], ["stranger", "root"], nil),
        (["leaf"], ["intermediate"], nil),
        (["rsa"], ["rsa"], nil),
        (["leaf"], ["root"], "unable to get local issuer certificate"),
        (["leaf", "intermediate"], ["stranger"], "unable to get local issuer certificate"),
        (["server-only"], ["root"], nil),
        (["client"], ["root"], "unsuitable certificate purpose"),
    ]

    @Test(arguments: verdicts)
    func `Only the authorities that signed a chain vouch for it`(chain: [String], authorities: [String], verdict: String?) throws {
        let served = try ServedChain(pem: pem(chain))
        let moment = served.certificate.notBefore + 3_600
        #expect(try served.refusal(byAuthorities: pem(authorities), atUnixSeconds: moment) == verdict)
    }

    @Test func `Dates count only if a time is given`() throws {
        let served = try ServedChain(pem: pem(["leaf", "intermediate"]))
        let late = served.certificate.notAfter + 86_400
        #expect(try served.refusal(byAuthorities: pem(["root"]), atUnixSeconds: late) == "certificate has expired")
        #expect(try served.refusal(byAuthorities: pem(["root"]), atUnixSeconds: nil) == nil)
    }

    @Test(arguments: [
        ("localhost", true), ("127.0.0.1", true), ("::1", true), ("leaf", false), ("localhost.example.com", false), ("", false),
        ("127.0.0.2", false),
    ])
    func `Only alternative names count`(host: String, isIssued: Bool) throws {
        let served = try ServedChain(pem: pem(["leaf"]))
        #expect(served.isIssued(for: host) == isIssued)
    }

    @Test func `A text without a certificate is rejected`() throws {
        #expect(throws: TLSConfigurationError.self) { _ = try ServedChain(pem: certificates["leaf.key"]).certificate }
        #expect(throws: TLSConfigurationError.self) {
            _ = try ServedChain(
                pem: certificates["leaf.pem"] + Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8)
            ).certificate
        }
        let error = try #require(throws: TLSConfigurationError.self) {
            _ = try ServedChain(pem: certificates["leaf.pem"]).refusal(byAuthorities: [], atUnixSeconds: nil)
        }
        guard case .noClientAuthority = error else {
            Issue.record("\(error)")
            return
        }
    }

    private func pem(_ names: [String]) -> [UInt8] {
        names.flatMap { certificates[$0 + ".pem"] }
    }
}
