import AdmissionPolicy
import Cluster
import ClusterAudit
import KubernetesAPI
import Metrics
import Synchronization

/// The places of previews that may run at once.
///
/// A class because previews share it.
final class PreviewPlaces: Sendable {
    private let free: Mutex<Int>

    /// A number of free places.
    init(_ count: Int) {
        free = Mutex(count)
    }

    /// Takes a place; `false` if there is none.
    func take() -> Bool {
        free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
    }

    /// Gives a place back.
    func giveBack() {
        free.withLock { $0 += 1 }
    }
}

/// Lists the Pods that a change can deny, and answers with what is known when the time is over.
///
/// A class because the task that lists adds to what the answer says.
final class PodPreview: PolicyPreview {
    /// The most Pods that are decided, besides one of each controller; as Pod Security Admission has it.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/pod-security-admission/admission/admission.go>
    static let podLimit = 3_000
    /// The longest preview, however long the client waits.
    private static let longest = Duration.seconds(1)

    /// Half of the time that the client still waits, at most a second.
    static func limit(within time: Duration?) -> Duration {
        time.map { min(max($0, .zero) / 2, longest) } ?? longest
    }

    private struct State {
        /// The Pods of the Namespaces that were begun, in the order of the plan.
        var tallies: [PreviewTally] = []
        /// The number of Namespaces whose Pods were all read.
        var completeCount = 0
        /// Why Pods of a Namespace could not be listed, one line each.
        var failures: [String] = []
        /// The Namespaces that could not be listed.
        var failedCount = 0
        var task: Task<Void, Never>?

        /// The number of Pods that were decided.
        var podCount: Int { tallies.reduce(0) { $0 + $1.podCount } }
        /// The number of Pods that were not decided, because there are too many.
        var skippedCount: Int { tallies.reduce(0) { $0 + $1.skippedCount } }
    }

    /// The longest wait.
    let limit: Duration

    private let plan: PreviewPlan
    private let request: AdmissionEnvelope
    private let subject: PolicyReviewMetrics.Subject
    private let client: APIClient
    private let thread: DedicatedThread
    private let places: PreviewPlaces
    private let metrics: PolicyReviewMetrics
    private let state = Mutex(State())

    /// Prepares the preview of a request; nothing is read before ``begin(whenDone:)``.
    init(
        _ plan: PreviewPlan,
        of request: AdmissionEnvelope,
        _ subject: PolicyReviewMetrics.Subject,
        limit: Duration,
        client: APIClient,
        thread: DedicatedThread,
        places: PreviewPlaces,
        metrics: PolicyReviewMetrics
    ) {
        self.plan = plan
        self.request = request
        self.subject = subject
        self.limit = limit
        self.client = client
        self.thread = thread
        self.places = places
        self.metrics = metrics
    }

    /// Begins to list on the thread of previews, unless too many previews run.
    func begin(whenDone done: @escaping @Sendable () -> Void) -> Bool {
        guard places.take() else { return false }
        let task = Task {
            await thread.run { await self.read() }
            places.giveBack()
            done()
        }
        state.withLock { $0.task = task }
        return true
    }

    /// Ends the list, and answers with the Pods that were decided by now.
    func finish() -> [UInt8] {
        cancel()
        let state = self.state.withLock { $0 }
        let (gaps, result) = gaps(in: state)
        let warnings = plan.warnings + gaps + state.tallies.flatMap(\.lines)
        metrics.count(subject, warnings.isEmpty ? .allow : .warn)
        metrics.count(result)
        return request.answer(warnings: warnings)
    }

    /// Ends the list.
    func cancel() {
        state.withLock { $0.task }?.cancel()
    }

    private func read() async {
        for target in plan.targets {
            guard !Task.isCancelled else { return }
            await read(target)
        }
    }

    /// Reads the Pods of one Namespace; what was read stays if the list fails.
    private func read(_ target: PreviewPlan.Target) async {
        let empty = PreviewTally(namespace: target.comparison.namespace.text, policy: target.policy)
        let (index, room) = state.withLock { state in
            state.tallies.append(empty)
            return (state.tallies.count - 1, Self.podLimit - state.podCount)
        }
        do throws(APIError) {
            try await target.comparison.forEachPage(from: client, deciding: room) { step in
                state.withLock { state in
                    switch step {
                    case .restart: state.tallies[index] = empty
                    case .page(let pods): for pod in pods { state.tallies[index].add(pod.name, pod.effect) }
                    }
                }
            }
            state.withLock { $0.completeCount += 1 }
        } catch {
            guard error.cause != .cancelled else { return }
            state.withLock { state in
                state.failedCount += 1
                state.failures.append("the Pods of Namespace \(target.comparison.namespace.text) cannot be listed: \(error)")
            }
        }
    }

    /// The lines about what was not checked, and how the preview ended.
    private func gaps(in state: State) -> (lines: [String], result: PolicyReviewMetrics.Preview) {
        guard state.task != nil else {
            return (["running Pods were not checked, because other previews run; apply the change again to see them"], .busy)
        }
        let (decided, skipped) = (state.podCount, state.skippedCount)
        let missing = plan.targets.count - state.completeCount - state.failedCount
        if missing > 0 {
            var line = decided > 0 ? "only \(decided) running Pods were checked in time" : "running Pods were not checked in time"
            if plan.targets.count > 1 { line += "; \(missing) of \(plan.targets.count) Namespaces are not complete" }
            return (state.failures + [line], .cut)
        }
        guard skipped == 0 else {
            return (state.failures + ["only \(decided) of \(decided + skipped) running Pods were checked"], .cut)
        }
        return (state.failures, state.failedCount > 0 ? .failed : .complete)
    }
}
