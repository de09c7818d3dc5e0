package import Platform
import RegistrationChecks
package import TLS

/// Says in good time, and once a day, that the served certificate comes to its end.
package struct CertificateExpiry: Sendable {
    /// What is to be said.
    package enum Notice: Sendable, Equatable {
        /// It is valid, for 30 days at most.
        case endsSoon(String)
        /// The API server refuses it.
        case isInvalid(String)
    }

    private static let daySeconds: Int64 = 86_400

    /// When it was spoken of last, and of which certificate.
    private var said: (time: Int64, facts: TLSCertificateFacts)?

    /// Begins with nothing said.
    package init() {}

    /// What to say about the served certificate now; `nil` when it has long to go, or it was said today.
    package mutating func notice(of facts: TLSCertificateFacts, at time: UnixTime) -> Notice? {
        let now = time.seconds
        let isValid = facts.isValid(atUnixSeconds: now)
        guard !isValid || CertificateCheck.isEndingSoon(notAfter: facts.chainNotAfter, atUnixSeconds: now) else { return nil }
        // Said again when it has changed, or has just become invalid.
        if let said, said.facts == facts, (0..<Self.daySeconds).contains(now - said.time),
            said.facts.isValid(atUnixSeconds: said.time) == isValid
        {
            return nil
        }
        said = (now, facts)
        let from = UnixTime(seconds: facts.notBefore).timestamp
        let until = UnixTime(seconds: facts.notAfter).timestamp
        if isValid, facts.chainNotAfter < facts.notAfter {
            let end = UnixTime(seconds: facts.chainNotAfter).timestamp
            let what = "an intermediate that is served with the certificate"
            let left = facts.chainNotAfter < now ? "no longer valid" : Self.left(facts.chainNotAfter - now)
            return .endsSoon("\(what) is valid until \(end), \(left): put a present one into the chain")
        }
        if isValid {
            return .endsSoon("the certificate is valid until \(until), \(Self.daysLeft(of: facts, atUnixSeconds: now)): renew it")
        }
        return .isInvalid("the certificate is valid from \(from) to \(until) and not now: the API server refuses it")
    }

    /// How long a certificate is still valid, such as `29 days left`.
    static func daysLeft(of facts: TLSCertificateFacts, atUnixSeconds now: Int64) -> String {
        guard facts.isValid(atUnixSeconds: now) else { return "not now" }
        return left(facts.notAfter - now)
    }

    private static func left(_ seconds: Int64) -> String {
        let days = seconds / daySeconds
        return days == 0 ? "less than a day left" : days == 1 ? "1 day left" : "\(days) days left"
    }
}
