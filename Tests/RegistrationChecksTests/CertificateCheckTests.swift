import Testing

@testable import RegistrationChecks

@Suite struct CertificateCheckTests {
    private let check = Self.check()

    private static func check(chainNotAfter: Int64 = 10_000_000) -> CertificateCheck {
        CertificateCheck(
            subjectNames: ["podscore.podscore.svc", "::1"],
            notBefore: 1_000_000,
            notAfter: 10_000_000,
            chainNotAfter: chainNotAfter
        )
    }

    @Test(
        arguments: [
            (1_000_000, nil),
            (10_000_000 - 30 * 86_400 - 1, nil),
            (10_000_000 - 30 * 86_400, "warning: the serving certificate expires in 30 days"),
            (10_000_000 - 3_600, "warning: the serving certificate expires in 1 hour"),
            (10_000_000, "warning: the serving certificate expires in 0 hours"),
            (10_000_001, "error: the serving certificate expired 0 hours ago: every call fails"),
            (10_000_000 + 86_400 * 3, "error: the serving certificate expired 3 days ago: every call fails"),
            (999_999, "error: the serving certificate is not valid yet, for another 0 hours"),
        ] as [(Int64, String?)]
    )
    func `Dates are judged by the second`(now: Int64, message: String?) {
        #expect(check.dateFindings(atUnixSeconds: now).map { "\($0.severity.rawValue): \($0.problem)" } == [message].compactMap { $0 })
    }

    @Test(
        arguments: [
            (5_000_000 - 30 * 86_400 - 1, nil),
            (5_000_000 - 30 * 86_400, "warning: a certificate that is served with the serving certificate expires in 30 days"),
            (5_000_000 + 2 * 86_400, "warning: a certificate that is served with the serving certificate expired 2 days ago"),
            (10_000_001, "error: the serving certificate expired 0 hours ago: every call fails"),
        ] as [(Int64, String?)]
    )
    func `What is served with the certificate can end first`(now: Int64, message: String?) {
        let findings = Self.check(chainNotAfter: 5_000_000).dateFindings(atUnixSeconds: now)
        #expect(findings.map { "\($0.severity.rawValue): \($0.problem)" } == [message].compactMap { $0 })
    }

    @Test(
        arguments: [
            (CertificateCheck.Authorities.verifying, true, []),
            (.verifying, false, [.nameNotInCertificate]),
            (.absent, true, [.caBundleMissing]),
            (.unreadable(reason: "it is no base64"), true, [.caBundleUnreadable]),
            (.refusing(reason: "certificate has expired"), false, [.nameNotInCertificate, .chainNotVerified]),
        ] as [(CertificateCheck.Authorities, Bool, [RegistrationFinding.Fault])]
    )
    func `Names and authorities are judged for each webhook`(
        authorities: CertificateCheck.Authorities,
        isIssued: Bool,
        faults: [RegistrationFinding.Fault]
    ) {
        var webhook = WebhookRegistration()
        webhook.name = "pods.podscore.dev"
        webhook.endpoint = .service(name: "podscore", namespace: "other", path: "/validate")
        let findings = check.findings(for: webhook, isIssued: isIssued, authorities: authorities)
        #expect(findings.map(\.fault) == faults)
        #expect(findings.allSatisfy { $0.webhook == "pods.podscore.dev" })
    }

    @Test func `A missing name is told together with those that are there`() {
        var webhook = WebhookRegistration()
        webhook.endpoint = .service(name: "podscore", namespace: "other", path: "/validate")
        let findings = check.findings(for: webhook, isIssued: false, authorities: .verifying)
        #expect(
            findings.first?.problem
                == "the serving certificate is not issued for podscore.other.svc (it has podscore.podscore.svc, ::1; the common name does not count)"
        )
        #expect(findings.first?.fix == "issue it with the alternative name DNS:podscore.other.svc")
    }
}
