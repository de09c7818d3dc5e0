import AdmissionPolicy
import KubernetesAPI
package import Platform
package import PolicySources
package import Logging
package import Metrics
import Synchronization

/// Puts changed policy files in force, whole, or says why not and keeps the policies in force; joins them with the objects of a cluster.
///
/// Called on the thread of the ``FileWatcher`` and, with a cluster, on that of its watches. A class because both share what it remembers.
package final class PolicyReloader: Sendable {
    /// The sources of the policies in force, and what was said about them.
    private struct Memory {
        /// The policies of the files alone.
        var files: LoadedPolicies
        /// The objects of the cluster; `nil` without a cluster, and before its first lists.
        var objects: PolicyObjects?
        /// The day, in days since 1970-01-01 UTC, on which the policies' warnings were last logged.
        var remindedDay: Int64
    }

    private let current: PoliciesInForce
    private let metrics: WebhookMetrics
    private let recorder: RequestRecorder?
    private let log: ReloadLog
    /// Held while policies are joined and put in force; no request waits for it.
    private let memory: Mutex<Memory>

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
        let (snapshot, report) = current.reported
        let files = LoadedPolicies(
            policies: snapshot.policies,
            files: report.files,
            sha256: report.origin.sha256,
            warnings: report.warnings
        )
        memory = Mutex(Memory(files: files, remindedDay: Self.day(of: wallClock())))
    }

    /// The policies of the files alone, and the objects of the cluster; these are `nil` before its first lists.
    package var sources: (files: LoadedPolicies, objects: PolicyObjects?) { memory.withLock { ($0.files, $0.objects) } }

    /// Puts policies in force, or rejects them.
    package func take(_ policies: Result<LoadedPolicies, RejectedFiles>) {
        memory.withLock { memory in
            switch policies {
            case .failure(let files): log.reject(files, keeping: current)
            case .success(let loaded):
                let isKnown = memory.files.files == loaded.files && memory.files.warnings == loaded.warnings
                if isKnown, log.isInForce(loaded.sha256, current) { return }
                let before = current.reported.report
                memory.files = loaded
                putInForce(memory, keepsRejection: false)
                warn(loaded.warnings)
                let names = loaded.policies.policies.map(\.name)
                log.succeed(
                    "policy reloaded: \(names.joined(separator: ", ")); SHA-256 \(loaded.sha256)",
                    ["policies": .array(names.map { .string($0) }), "sha256": "\(loaded.sha256)"]
                )
                // A file can put objects out of force, or back in force.
                logChanges(since: before, logged: loaded.warnings)
            }
        }
    }

    /// Puts the policies and waivers of a cluster in force, beside those of the files.
    package func take(_ objects: PolicyObjects) {
        memory.withLock { memory in
            let before = current.reported.report
            memory.objects = objects
            putInForce(memory, keepsRejection: true)
            logChanges(since: before)
        }
    }

    /// Logs what changed among the objects of a cluster, with the warnings that have no line yet.
    private func logChanges(since before: PoliciesInForce.Report, logged: [String] = []) {
        let after = current.reported.report
        guard let objects = after.objects else { return }
        let known = Set(before.warnings + logged)
        ObjectChanges(from: before.objects, to: objects, warnings: after.warnings.filter { !known.contains($0) }).log(to: log)
    }

    /// Joins the sources, and puts the result in force.
    private func putInForce(_ memory: Memory, keepsRejection: Bool) {
        let joined = joined(memory)
        metrics.keepLabels(of: joined.policies)
        recorder?.keepPlaces(forNamespacesOf: joined.policies)
        current.replace(with: joined, at: log.wallClock(), keepsRejection: keepsRejection)
    }

    private func joined(_ memory: Memory) -> LoadedPolicies {
        memory.objects.map { memory.files.joined(with: $0, on: CivilDate(log.wallClock())) } ?? memory.files
    }

    /// Logs once a day what the policies' author should know, since waivers expire while no file changes; reads the files only then.
    package func remindDaily(reading: () -> Result<LoadedPolicies, RejectedFiles>) {
        let today = Self.day(of: log.wallClock())
        let isDue = memory.withLock { memory in
            defer { memory.remindedDay = today }
            return memory.remindedDay != today
        }
        // The files are read without the lock, since a change of objects must not wait for a slow volume.
        guard isDue, case .success(let loaded) = reading() else { return }
        memory.withLock { memory in
            // Other policies than those in force are a change, which the watcher reports.
            guard loaded.sha256 == current.origin.sha256 else { return }
            memory.files = loaded
            let warnings = joined(memory).warnings
            current.setWarnings(warnings)
            warn(warnings)
        }
    }

    private func warn(_ warnings: [String]) {
        for warning in warnings { log.log(.warning, warning) }
    }

    private static func day(of time: UnixTime) -> Int64 { time.seconds / 86_400 }
}
