package import AdmissionPolicy
package import Cluster
import KubernetesAPI

/// Compares the decisions about the Pods of a Namespace before and after a change of policies or labels.
///
/// The Pods are listed from the API server, since an older result could miss some. Pods of one controller with the same content are decided
/// once.
package struct PodComparison: Sendable {
    /// A Pod that runs.
    package struct Pod: Sendable {
        /// The name.
        package let name: String
        /// The effect of the change; `nil` for a Pod beyond the limit, which is only counted.
        package let effect: PreviewedEffect?
    }

    /// The Pods that were decided so far.
    private struct Progress {
        /// The last Pod of each controller, and its effect.
        var latest: [ControllerReference: (example: AuditedExample, effect: PreviewedEffect)] = [:]
        /// The number of Pods that may still be decided.
        var room: Int
    }

    /// The Namespace.
    package let namespace: ObjectName
    /// Decides as before the change.
    private let before: AuditDecider
    /// Decides as after the change.
    private let after: AuditDecider

    /// Compares the decisions of two deciders in a Namespace.
    package init(in namespace: ObjectName, before: AuditDecider, after: AuditDecider) {
        self.namespace = namespace
        self.before = before
        self.after = after
    }

    /// Lists the Pods page by page.
    ///
    /// As many as there is room for are decided, and after them one of each further controller, as Pod Security Admission decides these first.
    /// Pods that are finished or being deleted, and those that cannot be read, are left out.
    /// - Throws: ``APIError``; the pages before are then not all.
    package func forEachPage(
        from client: APIClient,
        deciding room: Int,
        use: (ListStep<Pod>) -> Void
    ) async throws(APIError) {
        var progress = Progress(room: room)
        _ = try await client.forEachPage(of: .pods, namespace: namespace, query: ClusterReading.podQuery) { text in
            pod(in: text, &progress)
        } use: { step in
            if case .restart = step { progress = Progress(room: room) }
            use(step)
        }
    }

    /// Reads a Pod and compares the decisions about it; `nil` if it does not count.
    private func pod(in text: ReceivedText, _ progress: inout Progress) -> Pod? {
        guard let pod = try? RunningObject(reading: text, apiVersion: "v1", kind: "Pod", among: after.workloads), pod.counts else {
            return nil
        }
        let (name, controller) = (pod.object.metadata.name, pod.facts.controller)
        let known = controller.flatMap { progress.latest[$0] }
        guard progress.room > 0 || (controller != nil && known == nil) else { return Pod(name: name, effect: nil) }
        progress.room -= 1
        let example = pod.example
        // A waiver can name Pods, so that Pods with the same content differ.
        let canShare = !before.hasWaivers(in: namespace.text) && !after.hasWaivers(in: namespace.text)
        if canShare, let known, known.example.hasSameContent(as: example) { return Pod(name: name, effect: known.effect) }
        guard let old = before.decide(pod.object, createdBy: example.creator),
            let new = after.decide(pod.object, createdBy: example.creator)
        else { return nil }
        let effect = PreviewedEffect(before: old, after: new)
        if let controller { progress.latest[controller] = (example, effect) }
        return Pod(name: name, effect: effect)
    }
}
