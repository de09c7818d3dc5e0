import KubernetesAPI
import Platform
import TLS

/// One condition for readiness.
package struct ReadinessCheck: Sendable, Equatable {
    /// One word.
    package let name: String
    /// Whether the condition holds.
    package let holds: Bool
    /// The reason, or the facts.
    package let detail: String

    /// A condition.
    package init(name: String, holds: Bool, detail: String) {
        self.name = name
        self.holds = holds
        self.detail = detail
    }

    /// Whether the server accepts requests.
    static func serving(isDraining: Bool) -> Self {
        Self(name: "serving", holds: !isDraining, detail: isDraining ? "the server is shutting down" : "accepting requests")
    }

    /// Whether the certificate is valid at a time; `nil` is plain HTTP.
    static func certificate(_ certificate: CertificateInForce?, at time: UnixTime) -> Self {
        guard let (certificate, origin) = certificate?.reported else {
            return Self(name: "certificate", holds: true, detail: "plain HTTP")
        }
        let now = time.seconds
        let from = UnixTime(seconds: certificate.notBefore).timestamp
        let until = UnixTime(seconds: certificate.notAfter).timestamp
        let left = certificate.validity.remaining(atUnixSeconds: now).map { $0 + " left" } ?? "not now"
        // An intermediate need not be part of the chain that the API server verifies, so its end is shown without making the server
        // unready.
        let chain =
            certificate.chainNotAfter == certificate.notAfter
            ? "" : "; an intermediate is valid until \(UnixTime(seconds: certificate.chainNotAfter).timestamp)"
        return Self(
            name: "certificate",
            holds: certificate.isValid(atUnixSeconds: now),
            detail: "valid from \(from) to \(until), \(left)\(chain)\(origin.summary)"
        )
    }
}

extension Origin {
    /// Since when it is in force, and which files were rejected since; stands behind other facts.
    var summary: String {
        let rejection = rejection.map { "; files rejected at \($0.time.timestamp): \($0.files.summary)" } ?? ""
        return "; in force since \(since.timestamp)" + rejection
    }
}

extension HTTPAnswer {
    /// Makes the page of readiness, which lists the checks as Kubernetes' components do: `[+]name ok`, `[-]name failed`.
    ///
    /// A page that is not verbose lists only what failed.
    static func readiness(_ checks: [ReadinessCheck], isVerbose: Bool) -> Self {
        let isReady = checks.allSatisfy(\.holds)
        let shown = isVerbose ? checks : checks.filter { !$0.holds }
        let lines = shown.map { "[\($0.holds ? "+" : "-")]\($0.name) \($0.holds ? "ok" : "failed"): \(VisibleText.of($0.detail))\n" }
        let text = lines.joined() + (isReady ? "ok\n" : "not ready\n")
        return Self(status: isReady ? .ok : .serviceUnavailable, mediaType: .text, body: Array(text.utf8))
    }
}
