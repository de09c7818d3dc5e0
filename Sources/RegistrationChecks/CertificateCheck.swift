import KubernetesAPI

/// Checks a serving certificate as the API server does when it calls a webhook.
package struct CertificateCheck: Sendable {
    /// The authorities of a registration.
    package enum Authorities: Sendable, Equatable {
        /// The registration names none, so the API server uses those of its system.
        case absent
        /// The authorities are invalid; the reason says why.
        case unreadable(reason: String)
        /// The authorities verify the chain.
        case verifying
        /// The authorities do not verify the chain; the reason says why.
        case refusing(reason: String)
    }

    /// The alternative names of the certificate.
    package let subjectNames: [String]
    /// The first second of validity, since 1970-01-01 UTC.
    package let notBefore: Int64
    /// The last second of validity, since 1970-01-01 UTC.
    package let notAfter: Int64
    /// The last second at which all intermediates are still valid.
    package let chainNotAfter: Int64

    /// A check of a certificate with these fields.
    package init(subjectNames: [String], notBefore: Int64, notAfter: Int64, chainNotAfter: Int64) {
        self.subjectNames = subjectNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.chainNotAfter = chainNotAfter
    }

    /// The findings about the certificate's dates at a second since 1970-01-01 UTC.
    package func dateFindings(atUnixSeconds now: Int64) -> [RegistrationFinding] {
        let validity = CertificateValidity(notBefore: notBefore, notAfter: notAfter, chainNotAfter: chainNotAfter)
        guard let problem = validity.problem(atUnixSeconds: now) else { return [] }
        let fault: RegistrationFinding.Fault =
            switch problem {
            case .notYetValid: .certificateNotYetValid
            case .expired: .certificateExpired
            case .expiresSoon, .intermediateExpired, .intermediateExpiresSoon: .certificateExpiresSoon
            }
        return [
            RegistrationFinding(fault, problem.isAccepted ? .warning : .error, problem: problem.description, fix: problem.fix)
        ]
    }

    /// The findings about the certificate and a registration.
    ///
    /// - Parameters:
    ///   - webhook: The registration.
    ///   - isIssued: Whether the certificate was issued for the name that the API server calls.
    ///   - authorities: Whether the registration's authorities verify the chain.
    /// - Returns: The finding about the name, then the one about the authorities.
    package func findings(
        for webhook: WebhookRegistration,
        isIssued: Bool,
        authorities: Authorities
    ) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        if let name = webhook.serverName, !isIssued {
            let names = subjectNames.isEmpty ? "no alternative names" : subjectNames.joined(separator: ", ")
            findings.append(
                RegistrationFinding(
                    .nameNotInCertificate,
                    webhook: webhook.name,
                    problem: "the serving certificate is not issued for \(name) (it has \(names); the common name does not count)",
                    fix: "issue it with the alternative name DNS:\(name)"
                )
            )
        }
        return findings + authorityFindings(for: webhook, authorities)
    }

    private func authorityFindings(for webhook: WebhookRegistration, _ authorities: Authorities) -> [RegistrationFinding] {
        switch authorities {
        case .verifying: []
        case .absent:
            [
                RegistrationFinding(
                    .caBundleMissing,
                    .warning,
                    webhook: webhook.name,
                    problem: "caBundle is empty, so the API server uses the authorities of its system, which rarely include a webhook's",
                    fix: "set clientConfig.caBundle to the CA of the serving certificate, or let cert-manager inject it"
                )
            ]
        case .unreadable(let reason):
            [
                RegistrationFinding(
                    .caBundleUnreadable,
                    webhook: webhook.name,
                    problem: "caBundle is not base64-encoded PEM: \(reason)",
                    fix: "set it to the output of: base64 -w0 ca.crt"
                )
            ]
        case .refusing(let reason):
            [
                RegistrationFinding(
                    .chainNotVerified,
                    webhook: webhook.name,
                    problem: "caBundle does not verify the serving certificate: \(reason)",
                    fix:
                        "put the issuing CA into caBundle, and during a change both the old and the new one; serve all intermediates"
                )
            ]
        }
    }
}
