import AdmissionPolicy
package import Logging
package import Metrics
package import Platform
package import PolicySources
import Synchronization
import TLS

/// Puts what changed files hold in force, whole, or says why not and leaves what is in force as it is.
///
/// Called on the thread of the ``FileWatcher``, never by two threads at a time. A class because it remembers what it said.
package final class Reloader: Sendable {
    /// The most errors of one refusal that are logged, a line each.
    private static let loggedLineLimit = 50

    private let state: WebhookState
    private let metrics: WebhookMetrics
    private let recorder: RequestRecorder?
    private let logger: Logger
    private let wallClock: @Sendable () -> UnixTime
    private let memory: Mutex<Memory>

    /// What is remembered from one look to the next.
    private struct Memory {
        var expiry = CertificateExpiry()
        /// A certificate that is served as soon as it is valid.
        var postponed: LoadedCertificate?
        /// The day, in days since 1970-01-01 UTC, on which the policies' warnings were told last.
        var day: Int64
    }

    /// - Parameters:
    ///   - state: what to put things in force in.
    ///   - metrics: where reloads are counted.
    ///   - recorder: what keeps a sample of the requests, if anything does.
    ///   - logger: what is told of reloads and refusals.
    ///   - wallClock: tells the time that pages and metrics show.
    package init(
        state: WebhookState,
        metrics: WebhookMetrics,
        recorder: RequestRecorder? = nil,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) {
        self.state = state
        self.metrics = metrics
        self.recorder = recorder
        self.logger = logger
        self.wallClock = wallClock
        memory = Mutex(Memory(day: Self.day(of: wallClock())))
    }

    /// Puts policies in force, or refuses them.
    package func take(_ policies: Result<LoadedPolicies, RefusedFiles>) {
        switch policies {
        case .failure(let files): refuse(files, .policy)
        case .success(let loaded):
            let provenance = state.report.provenance
            let isKnown = provenance.policyFiles == loaded.files && provenance.policyWarnings == loaded.warnings
            if isKnown, isInForce(loaded.sha256, .policy) { return }
            metrics.keepLabels(forNamespacesOf: loaded.policies)
            recorder?.keepPlaces(forNamespacesOf: loaded.policies)
            state.replacePolicies(with: loaded, at: wallClock())
            metrics.recordReload(.policy, succeeded: true, atUnixSeconds: wallClock().seconds)
            for warning in loaded.warnings { logger.warning("\(warning)") }
            let names = loaded.policies.policies.map(\.name).joined(separator: ", ")
            logger.info("policy reloaded: \(names); SHA-256 \(loaded.sha256)")
        }
    }

    /// Tells once a day what the author of the policies in force has to know, since waivers end while no file changes; reads them only then.
    package func remindDaily(reading: () -> Result<LoadedPolicies, RefusedFiles>) {
        let today = Self.day(of: wallClock())
        let isNewDay = memory.withLock { memory in
            defer { memory.day = today }
            return memory.day != today
        }
        // Other policies than those in force are a change, which comes by itself.
        guard isNewDay, case .success(let loaded) = reading(), loaded.sha256 == state.report.provenance.policy.sha256 else { return }
        state.setPolicyWarnings(loaded.warnings)
        for warning in loaded.warnings { logger.warning("\(warning)") }
    }

    private static func day(of time: UnixTime) -> Int64 { time.seconds / 86_400 }

    /// Serves new connections with a certificate, or refuses it: at once on a retry, else only when it is still refused after the next
    /// look, since certificate and key may be written one after the other.
    package func take(_ certificate: Result<LoadedCertificate, RefusedFiles>, isRetry: Bool) -> FileWatcher.Outcome {
        memory.withLock { $0.postponed = nil }
        switch certificate {
        case .failure(let files):
            guard isRetry else { return .retry }
            refuse(files, .certificate)
        case .success(let loaded):
            guard !isInForce(loaded.sha256, .certificate) else { return .done }
            takeOrPostpone(loaded)
        }
        return .done
    }

    /// Logs what there is to say about the served certificate, and serves the one that waited to be valid; to be called every now and then.
    package func checkCertificate() {
        guard let facts = state.snapshot.tls?.certificate else { return }
        if let postponed = memory.withLock({ $0.postponed }), reasonToKeepServed(rather: postponed) == nil { serve(postponed) }
        switch memory.withLock({ $0.expiry.notice(of: facts, at: wallClock()) }) {
        case .endsSoon(let text): logger.warning("\(text)")
        case .isInvalid(let text): logger.error("\(text)")
        case nil: break
        }
    }

    private func takeOrPostpone(_ loaded: LoadedCertificate) {
        guard let reason = reasonToKeepServed(rather: loaded) else { return serve(loaded) }
        refuse(RefusedFiles(lines: [reason], sha256: loaded.sha256), .certificate)
        if loaded.tls.certificate.notBefore > wallClock().seconds { memory.withLock { $0.postponed = loaded } }
    }

    /// Why the certificate that is served is better than another one, which is sound: it is valid now.
    private func reasonToKeepServed(rather loaded: LoadedCertificate) -> String? {
        let now = wallClock().seconds
        let facts = loaded.tls.certificate
        guard let served = state.snapshot.tls?.certificate, served.isValid(atUnixSeconds: now), !facts.isValid(atUnixSeconds: now) else {
            return nil
        }
        return facts.notAfter < now
            ? "the certificate in the files was valid until \(UnixTime(seconds: facts.notAfter).timestamp)"
            : "the certificate in the files is valid from \(UnixTime(seconds: facts.notBefore).timestamp), and served then"
    }

    private func serve(_ loaded: LoadedCertificate) {
        memory.withLock { $0.postponed = nil }
        state.replaceCertificate(with: loaded, at: wallClock())
        metrics.recordReload(.certificate, succeeded: true, atUnixSeconds: wallClock().seconds)
        let facts = loaded.tls.certificate
        let names = facts.subjectNames.joined(separator: ", ")
        logger.info("certificate reloaded: \(names); valid until \(UnixTime(seconds: facts.notAfter).timestamp)")
    }

    /// Whether files hold what is in force, byte for byte; then a refusal from before is over.
    private func isInForce(_ sha256: String, _ subject: WebhookMetrics.ReloadSubject) -> Bool {
        let origin = state.report.provenance[subject]
        guard origin.sha256 == sha256 else { return false }
        if origin.refusal != nil {
            state.setRefusal(nil, of: subject)
            metrics.recordReload(subject, succeeded: true, atUnixSeconds: wallClock().seconds)
            logger.info("\(subject.rawValue): the files hold again what is in force; SHA-256 \(sha256)")
        }
        return true
    }

    /// Counts and logs a refusal, once for each content.
    private func refuse(_ files: RefusedFiles, _ subject: WebhookMetrics.ReloadSubject) {
        let origin = state.report.provenance[subject]
        guard origin.refusal?.files != files else { return }
        state.setRefusal(Provenance.Refusal(time: wallClock(), files: files), of: subject)
        metrics.recordReload(subject, succeeded: false, atUnixSeconds: wallClock().seconds)
        logger.error("\(subject.rawValue) refused, what is in force since \(origin.since.timestamp) stays:")
        for line in files.lines.prefix(Self.loggedLineLimit) { logger.error("\(line)") }
        if files.lines.count > Self.loggedLineLimit { logger.error("and \(files.lines.count - Self.loggedLineLimit) more") }
    }
}
