import KubernetesAPI

/// Looks at a serving certificate as the API server does when it calls a webhook.
package struct CertificateCheck: Sendable {
    /// The authorities of a registration.
    package enum Authorities: Sendable, Equatable {
        /// The registration names none: the API server's system decides.
        case absent
        /// What is there can't be used, and why.
        case unreadable(reason: String)
        /// They vouch for the chain.
        case verifying
        /// They do not, and why.
        case refusing(reason: String)
    }

    /// The alternative names of the certificate.
    package let subjectNames: [String]
    /// The first second of validity, since 1970-01-01 UTC.
    package let notBefore: Int64
    /// The last second of validity, since 1970-01-01 UTC.
    package let notAfter: Int64
    /// The last second at which all that is served with it is valid, too.
    package let chainNotAfter: Int64

    /// What the certificate and its chain say of themselves.
    package init(subjectNames: [String], notBefore: Int64, notAfter: Int64, chainNotAfter: Int64) {
        self.subjectNames = subjectNames
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.chainNotAfter = chainNotAfter
    }

    /// What is wrong with the certificate's dates at a second since 1970-01-01 UTC.
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

    /// What is wrong between the certificate and a registration.
    ///
    /// - Parameters:
    ///   - webhook: The registration.
    ///   - isIssued: Whether the certificate was issued for the name that the API server will call.
    ///   - authorities: What the registration's authorities say of the chain.
    /// - Returns: The name's finding, then the authorities'.
    package func findings(
        for webhook: WebhookRegistration,
        isIssued: Bool,
        authorities: Authorities
    ) -> [RegistrationFinding] {
        var findings: [RegistrationFinding] = []
        if let name = webhook.serverName, !isIssued {
            let names = subjectNames.isEmpty ? "no alternative name at all" : subjectNames.joined(separator: ", ")
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
                    problem: "caBundle is empty, so the API server trusts the authorities of its system, which rarely know a webhook's",
                    fix: "set clientConfig.caBundle to the CA of the serving certificate, or let cert-manager inject it"
                )
            ]
        case .unreadable(let reason):
            [
                RegistrationFinding(
                    .caBundleUnreadable,
                    webhook: webhook.name,
                    problem: "caBundle is no PEM text in base64: \(reason)",
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
                        "put the CA that issued the certificate into caBundle, old and new one while they change, and serve all intermediates"
                )
            ]
        }
    }
}
