package import AdmissionPolicy
import KubernetesAPI

/// The facts of an audit about an owner, beside the result of the object that is shown for it.
package struct RunningSummary: Sendable {
    /// The Pods of an owner with one outcome.
    package struct Pods: Sendable {
        /// The outcome.
        package let outcome: Decision.Outcome
        /// The number of Pods.
        package let count: Int

        /// Pods with an outcome.
        package init(_ outcome: Decision.Outcome, count: Int) {
            self.outcome = outcome
            self.count = count
        }
    }

    /// The Namespace; empty for an owner that belongs to none.
    package let namespace: String
    /// The API version of the owner, such as `apps/v1`.
    package let apiVersion: String
    /// The kind of the owner.
    package let kind: String
    /// The name of the owner.
    package let name: String
    /// The UID of the owner; empty if it is not known.
    package let uid: String
    /// The Pods by outcome, the worst first; empty if the owner has no Pods and its template was decided.
    package let pods: [Pods]
    /// The name of the Pod or workload that is shown.
    package let example: String

    /// The facts about an owner.
    package init(
        namespace: String,
        apiVersion: String,
        kind: String,
        name: String,
        uid: String,
        pods: [Pods],
        example: String
    ) {
        self.namespace = namespace
        self.apiVersion = apiVersion
        self.kind = kind
        self.name = name
        self.uid = uid
        self.pods = pods
        self.example = example
    }

    /// The number of Pods.
    package var podCount: Int { pods.reduce(0) { $0 + $1.count } }

    /// The kind and the name, such as `Deployment/web`.
    package var title: String { "\(kind)/\(name)" }

    /// The owner in place of a path, such as `shop/Deployment/web`.
    package var path: String { namespace.isEmpty ? title : "\(namespace)/\(title)" }

    /// The number of Pods by outcome and the Pod that is shown, or that there are none, in one line.
    var sentence: String {
        guard let worst = pods.first else { return "no Pods; decided by its template" }
        guard podCount > 1 else { return example == name ? "1 Pod" : "1 Pod: \(example)" }
        let counts = pods.map { "\($0.count) \(Self.word($0.outcome))" }.joined(separator: ", ")
        return "\(podCount) Pods, \(pods.count == 1 ? "all \(Self.word(worst.outcome))" : counts); shown: \(example)"
    }

    private static func word(_ outcome: Decision.Outcome) -> String {
        switch outcome {
        case .deny: "denied"
        case .warn: "warned about"
        case .audit: "recorded"
        case .allow, .unchanged: "allowed"
        case .exempt: "exempt"
        }
    }
}

extension RunningSummary {
    /// Writes `owner`: the owner, its Pods by outcome, and the object that is shown.
    func write(to json: inout JSONWriter) {
        json.key("owner")
        json.beginObject()
        json.member("apiVersion", apiVersion)
        json.member("kind", kind)
        if !namespace.isEmpty { json.member("namespace", namespace) }
        json.member("name", name)
        if !uid.isEmpty { json.member("uid", uid) }
        json.member("source", pods.isEmpty ? "template" : "pods")
        json.member("pods", podCount)
        json.key("outcomes")
        json.beginObject()
        for pods in pods { json.member(pods.outcome.rawValue, pods.count) }
        json.endObject()
        json.member("shown", example)
        json.endObject()
    }
}
