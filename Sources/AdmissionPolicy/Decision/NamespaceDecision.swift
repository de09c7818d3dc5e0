package import KubernetesAPI

extension Decider {
    /// Decides a request by the policy that applies in its Namespace, with what is known of the Namespace, and by the waivers there.
    ///
    /// A `pinned` policy, such as that of the webhook's path, replaces the Namespace's. Labels can raise the minimums of both.
    package func decide(
        _ request: AdmissionRequest,
        by policies: PolicySet,
        pinned: ScorePolicy? = nil,
        knowing namespace: NamespaceKnowledge
    ) -> Decision {
        switch namespace {
        case .nameAlone: return decide(request, by: policies, pinned: pinned)
        case .missing:
            let problems = [NamespaceProblem.labelsMissing]
            return leavingRoom(for: problems, in: request.namespace)
                .decide(request, by: policies, pinned: pinned)
                .adding(problems, to: request.namespace, in: mode)
        case .labels(let labels):
            let found = policies.policy(in: request.namespace, with: labels, pinned: pinned)
            let waivers = policies.waivers(in: request.namespace)
            guard !found.invalidLabels.isEmpty else { return decide(request, by: found.policy, waivers: waivers) }
            let problems = found.invalidLabels.map { NamespaceProblem.invalidLabel($0) }
            return leavingRoom(for: problems, in: request.namespace)
                .decide(request, by: found.policy, waivers: waivers)
                .adding(problems, to: request.namespace, in: mode)
        }
    }

    /// The same decider, whose warnings leave room for those about problems of a Namespace's labels.
    private func leavingRoom(for problems: [NamespaceProblem], in namespace: String) -> Self {
        var decider = self
        decider.reservedLength = WarningLines.length(of: problems.map { $0.warning(in: namespace) })
        return decider
    }
}

extension AdmissionRequest {
    /// Whether a policy can matter; otherwise the request is allowed unscored, such as a deletion, or an update of what is being deleted.
    package var isEvaluated: Bool {
        switch RequestRoute(self) {
        case .none: false
        case .ephemeralContainers, .resize: true
        case .pod: !updatesDeletedObject(as: .pod)
        case .workload(let kind): !updatesDeletedObject(as: kind)
        }
    }

    private func updatesDeletedObject(as kind: WorkloadKind?) -> Bool {
        guard operation == .update, case .decoded(let decoded) = object, decoded.metadata.isBeingDeleted else { return false }
        return ReviewedObject(object, as: kind) != nil
    }
}

/// Something about the labels of a request's Namespace of which users are warned, whatever is decided.
package enum NamespaceProblem: Sendable, Equatable {
    /// A label sets no minimum score, so that it has no effect.
    case invalidLabel(InvalidLabel)
    /// The labels did not come in time, so that the name alone decided.
    case labelsMissing

    /// A short name for audit annotations and the log: the key of the label with its value, or `labels unknown`.
    package var name: String {
        switch self {
        case .invalidLabel(let invalid): "invalid \(invalid.label.rawValue)=\(invalid.value)"
        case .labelsMissing: "labels unknown"
        }
    }

    /// One line for the user in a Namespace.
    package func warning(in namespace: String) -> String {
        switch self {
        case .invalidLabel(let invalid):
            "Namespace \(DisplayText.oneLine(namespace, byteLimit: 63)): label \(invalid.label.rawValue) has no effect: "
                + "\(DisplayText.quoted(invalid.value)) is not a whole number from 0 to \(invalid.best)"
        case .labelsMissing:
            "Namespace \(DisplayText.oneLine(namespace, byteLimit: 63)): labels not yet known, so the policy was chosen by the name alone"
        }
    }
}
