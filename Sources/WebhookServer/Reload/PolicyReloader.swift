import AdmissionPolicy
package import Platform
package import PolicySources
package import Logging
package import Metrics
import Synchronization

/// Puts changed policy files in force, whole, or says why not and keeps the policies in force.
///
/// Called on the thread of the ``FileWatcher``, never by two threads at a time. A class because it remembers the day of its last reminder.
package final class PolicyReloader: Sendable {
    private let current: PoliciesInForce
    private let metrics: WebhookMetrics
    private let recorder: RequestRecorder?
    private let log: ReloadLog
    /// The day, in days since 1970-01-01 UTC, on which the policies' warnings were last logged.
    private let remindedDay: Mutex<Int64>

    /// - Parameters:
    ///   - current: the policies that are replaced.
    ///   - metrics: where reloads are counted, and labels kept.
    ///   - recorder: what keeps a sample of the requests, if anything does.
    ///   - logger: what is told of reloads and rejections.
    ///   - wallClock: tells the time that pages and metrics show.
    package init(
        _ current: PoliciesInForce,
        metrics: WebhookMetrics,
        recorder: RequestRecorder? = nil,
        logger: Logger,
        wallClock: @escaping @Sendable () -> UnixTime = { .now }
    ) {
        self.current = current
        self.metrics = metrics
        self.recorder = recorder
        log = ReloadLog(subject: .policy, metrics: metrics.reloads, logger: logger, wallClock: wallClock)
        remindedDay = Mutex(Self.day(of: wallClock()))
    }

    /// Puts policies in force, or rejects them.
    package func take(_ policies: Result<LoadedPolicies, RejectedFiles>) {
        switch policies {
        case .failure(let files): log.reject(files, keeping: current)
        case .success(let loaded):
            let report = current.reported.report
            let isKnown = report.files == loaded.files && report.warnings == loaded.warnings
            if isKnown, log.isInForce(loaded.sha256, current) { return }
            metrics.keepLabels(of: loaded.policies)
            recorder?.keepPlaces(forNamespacesOf: loaded.policies)
            current.replace(with: loaded, at: log.wallClock())
            warn(loaded.warnings)
            let names = loaded.policies.policies.map(\.name)
            log.succeed(
                "policy reloaded: \(names.joined(separator: ", ")); SHA-256 \(loaded.sha256)",
                ["policies": .array(names.map { .string($0) }), "sha256": "\(loaded.sha256)"]
            )
        }
    }

    /// Logs once a day what the policies' author should know, since waivers expire while no file changes; reads the files only then.
    package func remindDaily(reading: () -> Result<LoadedPolicies, RejectedFiles>) {
        let today = Self.day(of: log.wallClock())
        let isNewDay = remindedDay.withLock { day in
            defer { day = today }
            return day != today
        }
        // Other policies than those in force are a change, which the watcher reports.
        guard isNewDay, case .success(let loaded) = reading(), loaded.sha256 == current.origin.sha256 else { return }
        current.setWarnings(loaded.warnings)
        warn(loaded.warnings)
    }

    private func warn(_ warnings: [String]) {
        for warning in warnings { log.log(.warning, warning) }
    }

    private static func day(of time: UnixTime) -> Int64 { time.seconds / 86_400 }
}
