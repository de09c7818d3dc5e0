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

    /// The days before its end from which on a certificate is warned about.
    private static let warningDays: Int64 = 30

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

    /// Tells whether a certificate, or what is served with it, ends so soon that somebody should know.
    package static func isEndingSoon(notAfter: Int64, atUnixSeconds now: Int64) -> Bool {
        notAfter - now <= warningDays * 86_400
    }

    /// What is wrong with the certificate's dates at a second since 1970-01-01 UTC.
    package func dateFindings(atUnixSeconds now: Int64) -> [RegistrationFinding] {
        let renewal = "renew it and put it into the Secret; Podscore takes it up without a restart"
        if now < notBefore {
            return [
                RegistrationFinding(
                    .certificateNotYetValid,
                    problem: "the serving certificate is not valid yet, for another \(Self.days(notBefore - now))",
                    fix: "check the clock of whoever issued it, or wait"
                )
            ]
        }
        guard now <= notAfter else {
            return [
                RegistrationFinding(
                    .certificateExpired,
                    problem: "the serving certificate expired \(Self.days(now - notAfter)) ago: every call fails",
                    fix: renewal
                )
            ]
        }
        guard Self.isEndingSoon(notAfter: chainNotAfter, atUnixSeconds: now) else { return [] }
        if chainNotAfter < notAfter { return [intermediateFinding(atUnixSeconds: now)] }
        return [
            RegistrationFinding(
                .certificateExpiresSoon,
                .warning,
                problem: "the serving certificate expires in \(Self.days(notAfter - now))",
                fix: renewal
            )
        ]
    }

    private func intermediateFinding(atUnixSeconds now: Int64) -> RegistrationFinding {
        let isOver = chainNotAfter < now
        return RegistrationFinding(
            .certificateExpiresSoon,
            .warning,
            problem: "a certificate that is served with the serving certificate "
                + (isOver ? "expired \(Self.days(now - chainNotAfter)) ago" : "expires in \(Self.days(chainNotAfter - now))"),
            fix: "put the issuer's present certificate behind the serving one in tls.crt"
        )
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

    /// A span of time in whole days, or in hours below two days.
    private static func days(_ seconds: Int64) -> String {
        let days = seconds / 86_400
        if days >= 2 { return "\(days) days" }
        let hours = seconds / 3_600
        return hours == 1 ? "1 hour" : "\(hours) hours"
    }
}
