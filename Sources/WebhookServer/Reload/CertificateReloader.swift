import KubernetesAPI
package import Logging
package import Metrics
package import Platform
import Synchronization
import TLS

/// Serves new connections with a changed certificate, or says why not and keeps the one in force.
///
/// Called on the thread of the ``FileWatcher``, never by two threads at a time. A class because it remembers what it said.
package final class CertificateReloader: Sendable {
    /// The state that is kept from one look to the next.
    private struct Memory {
        var reminder = CertificateReminder()
        /// A certificate that is served as soon as it is valid.
        var postponed: LoadedCertificate?
    }

    private let current: CertificateInForce
    private let log: ReloadLog
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - current: the certificate that is replaced.
    ///   - metrics: where reloads are counted.
    ///   - logger: what is told of reloads and rejections.
    ///   - wallClock: tells the time that pages and metrics show, and by which certificates are valid.
    package init(
        _ current: CertificateInForce,
        metrics: ReloadMetrics,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) {
        self.current = current
        log = ReloadLog(subject: .certificate, metrics: metrics, logger: logger, wallClock: wallClock)
    }

    /// Serves new connections with a certificate, or rejects it.
    ///
    /// It is rejected at once on a retry, else only when it is still wrong at the next look: certificate and key may be written one after
    /// the other.
    package func take(_ certificate: Result<LoadedCertificate, RejectedFiles>, isRetry: Bool) -> FileWatcher.Outcome {
        memory.withLock { $0.postponed = nil }
        switch certificate {
        case .failure(let files):
            guard isRetry else { return .retry }
            log.reject(files, keeping: current)
        case .success(let loaded):
            guard !log.isInForce(loaded.sha256, current) else { return .done }
            takeOrPostpone(loaded)
        }
        return .done
    }

    /// Logs that the served certificate expires, and serves the one that waited to become valid; to be called every now and then.
    package func checkCertificate() {
        let facts = current.tls.certificate
        if let postponed = memory.withLock({ $0.postponed }), reasonToKeepServed(ratherThan: postponed) == nil { serve(postponed) }
        guard let problem = memory.withLock({ $0.reminder.problem(of: facts, at: log.wallClock()) }) else { return }
        log.log(
            problem.isAccepted ? .warning : .error,
            "\(problem); \(problem.fix)",
            ["notAfter": "\(UnixTime(seconds: facts.notAfter).timestamp)"]
        )
    }

    private func takeOrPostpone(_ loaded: LoadedCertificate) {
        guard let reason = reasonToKeepServed(ratherThan: loaded) else { return serve(loaded) }
        log.reject(RejectedFiles(reason, sha256: loaded.sha256), keeping: current)
        if loaded.tls.certificate.notBefore > log.wallClock().seconds { memory.withLock { $0.postponed = loaded } }
    }

    /// Why the served certificate, which is valid now, is better than a sound one that is not; `nil` when it is not better.
    private func reasonToKeepServed(ratherThan loaded: LoadedCertificate) -> String? {
        let now = log.wallClock().seconds
        let facts = loaded.tls.certificate
        guard current.tls.certificate.isValid(atUnixSeconds: now), !facts.isValid(atUnixSeconds: now) else { return nil }
        return facts.notAfter < now
            ? "the certificate in the files expired at \(UnixTime(seconds: facts.notAfter).timestamp)"
            : "the certificate in the files is not valid before \(UnixTime(seconds: facts.notBefore).timestamp); it is served from then on"
    }

    private func serve(_ loaded: LoadedCertificate) {
        memory.withLock { $0.postponed = nil }
        current.replace(with: loaded, at: log.wallClock())
        let facts = loaded.tls.certificate
        let notAfter = UnixTime(seconds: facts.notAfter).timestamp
        log.succeed(
            "certificate reloaded: \(facts.subjectNames.joined(separator: ", ")); valid until \(notAfter)",
            ["names": .array(facts.subjectNames.map { .string($0) }), "notAfter": "\(notAfter)", "sha256": "\(loaded.sha256)"]
        )
    }
}

/// Finds what is to be said about the served certificate's dates, once a day.
struct CertificateReminder {
    private static let daySeconds: Int64 = 86_400

    /// When it was last said, and of which certificate.
    private var said: (time: Int64, facts: TLSCertificateFacts)?

    /// Starts with nothing said.
    init() {}

    /// The problem to report now; `nil` when there is nothing to say, or it was said within a day.
    mutating func problem(of facts: TLSCertificateFacts, at time: UnixTime) -> CertificateValidity.Problem? {
        let now = time.seconds
        guard let problem = facts.validity.problem(atUnixSeconds: now) else { return nil }
        // Said again for another certificate, and for one that has just become invalid.
        if let said, said.facts == facts, (0..<Self.daySeconds).contains(now - said.time),
            said.facts.isValid(atUnixSeconds: said.time) == problem.isAccepted
        {
            return nil
        }
        said = (now, facts)
        return problem
    }
}

extension TLSCertificateFacts {
    /// How long the certificate and its intermediates are valid.
    var validity: CertificateValidity { CertificateValidity(notBefore: notBefore, notAfter: notAfter, chainNotAfter: chainNotAfter) }
}
