import Testing

@testable import RegistrationChecks

@Suite struct CertificateCheckTests {
    private let check = CertificateCheck(
        subjectNames: ["podscore.podscore.svc", "::1"],
        notBefore: 1_000_000,
        notAfter: 10_000_000,
        chainNotAfter: 10_000_000
    )

    @Test(
        arguments: [
            (1_000_000, nil, .warning), (10_000_000 - 86_400, .certificateExpiresSoon, .warning),
            (10_000_001, .certificateExpired, .error), (999_999, .certificateNotYetValid, .error),
        ] as [(Int64, RegistrationFinding.Fault?, RegistrationFinding.Severity)]
    )
    func `Dates are judged by the second`(now: Int64, fault: RegistrationFinding.Fault?, severity: RegistrationFinding.Severity) {
        let findings = check.dateFindings(atUnixSeconds: now)
        #expect(findings.map(\.fault) == [fault].compactMap { $0 })
        #expect(findings.allSatisfy { $0.severity == severity })
    }

    @Test(
        arguments: [
            (CertificateCheck.Authorities.verifying, true, []),
            (.verifying, false, [.nameNotInCertificate]),
            (.absent, true, [.caBundleMissing]),
            (.unreadable(reason: "it is not base64"), true, [.caBundleUnreadable]),
            (.refusing(reason: "certificate has expired"), false, [.nameNotInCertificate, .chainNotVerified]),
        ] as [(CertificateCheck.Authorities, Bool, [RegistrationFinding.Fault])]
    )
    func `Names and authorities are checked for each webhook`(
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

    @Test func `A missing name is reported with the names in the certificate`() {
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
