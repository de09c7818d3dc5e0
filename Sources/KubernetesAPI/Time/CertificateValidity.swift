/// How long a serving certificate, and the intermediates that are served with it, are valid.
///
/// All times are seconds since 1970-01-01 UTC.
package struct CertificateValidity: Sendable, Equatable {
    /// A reason to warn about the dates of a certificate.
    package enum Problem: Sendable, Equatable {
        /// The certificate becomes valid in so many seconds.
        case notYetValid(in: Int64)
        /// The certificate expired so many seconds ago.
        case expired(ago: Int64)
        /// The certificate expires in so many seconds.
        case expiresSoon(in: Int64)
        /// An intermediate expired so many seconds ago, before the certificate does.
        case intermediateExpired(ago: Int64)
        /// An intermediate expires in so many seconds, before the certificate does.
        case intermediateExpiresSoon(in: Int64)
    }

    /// The days before its end from which on a certificate is reported.
    private static let warningDays: Int64 = 30

    private let notBefore: Int64
    private let notAfter: Int64
    private let chainNotAfter: Int64

    /// - Parameters:
    ///   - notBefore: the certificate's first second of validity.
    ///   - notAfter: the certificate's last second of validity.
    ///   - chainNotAfter: the last second at which the intermediates are valid, too.
    package init(notBefore: Int64, notAfter: Int64, chainNotAfter: Int64) {
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.chainNotAfter = chainNotAfter
    }

    /// Returns the reason to warn at a moment; `nil` if everything is valid for more than 30 days.
    package func problem(atUnixSeconds now: Int64) -> Problem? {
        if now < notBefore { return .notYetValid(in: notBefore - now) }
        if now > notAfter { return .expired(ago: now - notAfter) }
        guard chainNotAfter - now <= Self.warningDays * 86_400 else { return nil }
        guard chainNotAfter < notAfter else { return .expiresSoon(in: notAfter - now) }
        return chainNotAfter < now ? .intermediateExpired(ago: now - chainNotAfter) : .intermediateExpiresSoon(in: chainNotAfter - now)
    }

    /// How long the certificate is still valid, such as `29 days`; `nil` when it is not valid.
    package func remaining(atUnixSeconds now: Int64) -> String? {
        now < notBefore || now > notAfter ? nil : Self.span(notAfter - now)
    }

    /// A span of time in whole days, or in hours below two days.
    fileprivate static func span(_ seconds: Int64) -> String {
        let days = seconds / 86_400
        if days >= 2 { return "\(days) days" }
        let hours = seconds / 3_600
        return hours == 0 ? "less than an hour" : hours == 1 ? "1 hour" : "\(hours) hours"
    }
}

extension CertificateValidity.Problem: CustomStringConvertible {
    /// Whether the API server accepts the certificate all the same.
    package var isAccepted: Bool {
        switch self {
        case .notYetValid, .expired: false
        case .expiresSoon, .intermediateExpired, .intermediateExpiresSoon: true
        }
    }

    /// One line, such as `the serving certificate expires in 29 days`.
    package var description: String {
        switch self {
        case .notYetValid(let seconds):
            "the serving certificate becomes valid in \(CertificateValidity.span(seconds)); until then every call fails"
        case .expired(let seconds): "the serving certificate expired \(CertificateValidity.span(seconds)) ago; every call fails"
        case .expiresSoon(let seconds): "the serving certificate expires in \(CertificateValidity.span(seconds))"
        case .intermediateExpired(let seconds):
            "an intermediate of the serving certificate expired \(CertificateValidity.span(seconds)) ago"
        case .intermediateExpiresSoon(let seconds):
            "an intermediate of the serving certificate expires in \(CertificateValidity.span(seconds))"
        }
    }

    /// The next step for an operator.
    package var fix: String {
        switch self {
        case .notYetValid: "check the issuer's clock, or wait"
        case .expired, .expiresSoon: "renew it and put it into the Secret; Podscore loads it without a restart"
        case .intermediateExpired, .intermediateExpiresSoon: "put the issuer's current certificate behind the serving one in tls.crt"
        }
    }
}
