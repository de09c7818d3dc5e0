import AdmissionPolicy
import Logging
import Metrics
import Platform
import PolicySources
import WebhookServer

/// The files that a server starts with and reads again when they change: policies, certificate, key, client authorities.
struct ServedFiles: Sendable {
    /// Where the policies are; `nil` leaves the built-in default alone, for good.
    let policy: String?
    /// Podscore's own namespace.
    let ownNamespace: String
    /// The certificate and what belongs to it.
    let tls: TLSFiles

    private let policyLook: FileLook
    private let tlsLook: FileLook

    /// Looks at the files, so that a change after this is noticed.
    init(policy: String?, ownNamespace: String, tls: TLSFiles) {
        self.policy = policy
        self.ownNamespace = ownNamespace
        self.tls = tls
        policyLook = FileLook(at: policy.map { [$0] } ?? [])
        tlsLook = FileLook(at: tls.paths)
    }

    /// Has them read again when they change; to be started.
    func watcher(reloader: Reloader) -> FileWatcher {
        var watches = [
            FileWatcher.Watch(tls.paths, seen: tlsLook) { isRetry in reloader.take(tls.reload(), isRetry: isRetry) }
        ]
        guard let policy else { return FileWatcher(watches, afterEachLook: reloader.checkCertificate) }
        let readPolicies = { @Sendable in PolicyFiles.reload(policy, ownNamespace: ownNamespace, today: .now) }
        watches.append(
            FileWatcher.Watch([policy], seen: policyLook) { _ in
                reloader.take(readPolicies())
                return .done
            }
        )
        return FileWatcher(watches) {
            reloader.checkCertificate()
            reloader.remindDaily(reading: readPolicies)
        }
    }
}
