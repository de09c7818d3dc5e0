package import AdmissionPolicy
package import KubernetesAPI

/// The result of an audit for one top owner: the decision about its Pods, or about its template if it has no Pods.
///
/// It grows with the distinct results and images of the owner, not with its Pods.
package struct AuditedOwner: Sendable {
    /// The origin of a result.
    package enum Source: Sendable, Equatable {
        /// The Pods that run, as the API server shows them.
        case pods(count: Int)
        /// The template of a workload without Pods, as it is written.
        case template
    }

    /// The owner.
    package let identity: OwnerIdentity
    /// The origin of the results.
    package let source: Source
    /// The distinct results of its Pods, the worst first; never empty.
    package let results: [AuditedResult]
    /// The images of its containers, sorted, each once.
    package let images: [AuditedImage]

    /// A result; `worst` is the worst of all, and `others` follow it in order.
    package init(
        _ identity: OwnerIdentity,
        source: Source,
        worst: AuditedResult,
        others: [AuditedResult] = [],
        images: [AuditedImage]
    ) {
        self.identity = identity
        self.source = source
        self.worst = worst
        results = [worst] + others
        self.images = images
    }

    /// The result that counts for the owner.
    package let worst: AuditedResult

    /// The number of Pods; 0 if the template was decided.
    package var podCount: Int {
        if case .pods(let count) = source { count } else { 0 }
    }

    /// The number of Pods with each outcome that occurs, in the order of severity; empty if the template was decided.
    package var podCounts: [(outcome: Decision.Outcome, count: Int)] {
        guard source != .template else { return [] }
        return Decision.Outcome.bySeverity.compactMap { outcome in
            let count = results.reduce(0) { $0 + ($1.decision.outcome == outcome ? $1.count : 0) }
            return count > 0 ? (outcome, count) : nil
        }
    }
}

/// A result that some Pods of an owner have in common.
package struct AuditedResult: Sendable {
    /// The facts of the decision.
    package let decision: AuditedDecision
    /// The facts of the decision by the other policies of a comparison; `nil` without one.
    package let other: AuditedDecision?
    /// The number of Pods with this result; 1 for a template.
    package internal(set) var count: Int
    /// One of the Pods, with the first name as bytes; or the workload with the template.
    package internal(set) var example: AuditedExample
    /// The text that is equal for equal results; kept, since results are compared often.
    let key: String

    /// A result of some Pods.
    package init(_ decision: AuditedDecision, other: AuditedDecision? = nil, count: Int, example: AuditedExample) {
        self.decision = decision
        self.other = other
        self.count = count
        self.example = example
        key = [decision.key, other?.key ?? ""].joined(separator: "\n\n")
    }
}

extension AuditedOwner {
    /// The worst decision about its Pods by the other policies of a comparison; `nil` without one.
    package var worstOther: AuditedDecision? {
        results.compactMap(\.other).reduce(nil) { worst, other in
            worst.map { other.isWorse(than: $0) } ?? true ? other : worst
        }
    }
}

/// An object of an owner, kept as text so that it takes little memory.
package struct AuditedExample: Sendable {
    /// The name of the object.
    package internal(set) var name: String
    /// The kind of the object; `Pod` or the kind of a workload.
    package let kind: String
    /// The node that made the object for a static Pod; `nil` for all other objects.
    private let node: String?
    /// The object as JSON, with the fields that rules read, but without what differs in Pods of one owner: the name, the node, and the end of
    /// a generated name.
    private let text: [UInt8]

    /// Keeps an object; `node` is the node that made it for a static Pod.
    package init(_ object: KubernetesObject, madeByNode node: String? = nil) {
        name = object.metadata.name
        kind = object.kind
        self.node = node
        text = object.withIdentity(name: "", node: nil).withoutGeneratedNames.encoded
    }

    /// The user who is taken for the creator; without a name except for the Pods of the kubelet.
    package var creator: UserInfo {
        var creator = UserInfo()
        guard let node else { return creator }
        creator.username = "system:node:\(node)"
        creator.groups = ["system:nodes"]
        return creator
    }

    /// The object again.
    ///
    /// `workloads` are the kinds that were read as workloads. Throws only if these have changed.
    package func object(among workloads: KnownWorkloads = .standard) throws(DecodingFailure) -> KubernetesObject {
        var object = KubernetesObject()
        try object.read(from: text.span, keeping: ModelBudget.greatest, among: workloads)
        return object.withIdentity(name: name, node: node)
    }

    /// Whether two objects differ by name at most, as far as rules read them.
    func hasSameContent(as other: Self) -> Bool { text == other.text && node == other.node }
}

extension KubernetesObject {
    /// The same object with another name, on another node.
    fileprivate func withIdentity(name: String, node: String?) -> Self {
        var object = self
        object.metadata.name = name
        if case .pod(var pod) = object.content, pod.nodeName != node {
            pod.nodeName = node
            object.content = .pod(pod)
        }
        return object
    }

    /// The prefix of the name of the volume that the API server adds for the token of the service account; random characters follow.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.34.0/plugin/pkg/admission/serviceaccount/admission.go#L53>
    private static let tokenVolumePrefix = "kube-api-access-"

    /// The same Pod with one name for its volume of the service account's token.
    fileprivate var withoutGeneratedNames: Self {
        guard case .pod(var pod) = content else { return self }
        let generated = pod.volumes.indices.filter { index in
            pod.volumes[index].sources == .projected && pod.volumes[index].name.beginsWithBytes(of: Self.tokenVolumePrefix)
        }
        guard !generated.isEmpty else { return self }
        for index in generated { pod.volumes[index].name = Self.tokenVolumePrefix + "…" }
        var object = self
        object.content = .pod(pod)
        return object
    }
}

/// An image of a container.
package struct AuditedImage: Sendable, Hashable {
    /// The name of the container.
    package let container: String
    /// The image as the specification writes it.
    package let reference: String
    /// The digest of the image that runs, such as `sha256:…`; `nil` if the status shows none.
    package let digest: String?

    /// An image.
    package init(container: String, reference: String, digest: String?) {
        self.container = container
        self.reference = reference
        self.digest = digest
    }
}

extension AuditedImage: Comparable {
    /// Sorts by container, reference and digest, as bytes.
    package static func < (first: Self, second: Self) -> Bool {
        let pairs = [(first.container, second.container), (first.reference, second.reference), (first.digest ?? "", second.digest ?? "")]
        for (one, other) in pairs where !one.hasSameBytes(as: other) { return one.utf8.lexicographicallyPrecedes(other.utf8) }
        return false
    }
}
