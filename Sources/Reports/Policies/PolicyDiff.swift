package import AdmissionPolicy
package import KubernetesAPI

/// The effects of a policy change on requests or on what runs: counts by Namespace and rule, with the objects by name.
///
/// It holds counts and names, not requests. All rules that an object violates share its name.
package struct PolicyDiff: Sendable {
    /// The kinds of objects that both policies decide.
    package enum Subject: String, Sendable {
        /// Requests to the webhook.
        case request
        /// Workloads and Pods that run, each once.
        case owner
    }

    /// The way in which the decision of a request changes.
    package enum Change: String, Sendable, CaseIterable {
        case newlyDenied
        case newlyWarned
        case newlyAllowed
        case noLongerWarned

        /// The heading in the text.
        var title: String {
            switch self {
            case .newlyDenied: "newly denied"
            case .newlyWarned: "newly warned about"
            case .newlyAllowed: "newly allowed"
            case .noLongerWarned: "no longer warned about"
            }
        }
    }

    /// The requests of one Namespace that violate one rule or check.
    struct Tally: Sendable {
        /// The number of requests.
        var count = 0
        /// The names of the objects, each once, in the order of their first requests.
        fileprivate(set) var objects: [String] = []
        /// The same names, to look them up.
        fileprivate var known: Set<String> = []
    }

    /// The requests of one Namespace.
    struct NamespaceTally: Sendable {
        /// The number of requests.
        var count = 0
        /// The requests by the id of the violated rule or check.
        var rules: [String: Tally] = [:]
    }

    /// The maximum number of Namespaces counted separately; the others are counted together.
    static let namespaceLimit = 4_096
    /// The name for the other Namespaces; no Namespace can have it.
    static let otherNamespaces = "<other>"

    /// The names of the old and the new policies.
    let names: (old: String, new: String)
    /// The kind of the objects that are counted.
    let subject: Subject
    /// The number of requests or owners decided by both policies.
    package private(set) var decidedCount = 0
    /// The requests by change and Namespace.
    private(set) var namespaces: [Change: [String: NamespaceTally]] = [:]

    /// Creates a diff without any requests or owners.
    package init(of subject: Subject = .request, old: String, new: String) {
        names = (old, new)
        self.subject = subject
    }

    /// Returns the number of requests with a change.
    package func count(of change: Change) -> Int {
        namespaces[change, default: [:]].values.reduce(0) { $0 + $1.count }
    }

    /// Counts a request by its decisions under both policies.
    package mutating func add(_ request: AdmissionRequest, old: Decision, new: Decision) {
        add(
            Self.title(of: request),
            in: request.namespace,
            old: Result(old.outcome, old.violations),
            new: Result(new.outcome, new.violations)
        )
    }

    /// The result of one policy for an object.
    package struct Result: Sendable {
        /// The outcome for the sender of a request.
        let outcome: Decision.Outcome
        /// The violated demands of the level that gave the outcome.
        let violations: [Violation]

        /// An outcome with the violations that led to it.
        package init(_ outcome: Decision.Outcome, _ violations: [Violation]) {
            self.outcome = outcome
            self.violations = violations
        }
    }

    /// Counts an object, such as `Pod web-0`, by its results under both policies.
    package mutating func add(_ title: @autoclosure () -> String, in namespace: String, old: Result, new: Result) {
        decidedCount += 1
        guard let change = Self.change(from: old.outcome, to: new.outcome) else { return }
        // The violations of the stricter decision explain the change.
        let violations = (change == .newlyDenied || change == .newlyWarned ? new : old).violations
        let known = namespaces[change, default: [:]]
        let isKnown = known[namespace] != nil || known.count < Self.namespaceLimit
        let counted = isKnown ? namespace : Self.otherNamespaces
        namespaces[change, default: [:]][counted, default: NamespaceTally()].add(violations.map(\.id), object: title())
    }

    /// Returns the change of a request; `nil` if its sender sees no difference.
    static func change(from old: Decision.Outcome, to new: Decision.Outcome) -> Change? {
        switch (old, new) {
        case (.deny, .deny): nil
        case (_, .deny): .newlyDenied
        case (.deny, _): .newlyAllowed
        case (.warn, .warn): nil
        case (_, .warn): .newlyWarned
        case (.warn, _): .noLongerWarned
        default: nil
        }
    }

    /// Returns the kind and the name of an object on one line, such as `Deployment web`.
    package static func title(_ kind: String, _ name: String) -> String {
        DisplayText.oneLine("\(kind) \(name)", byteLimit: 120)
    }

    /// Returns the kind and the name of an object, such as `Pod web-0` or `Pod web-7d9f8c6b5-*`.
    private static func title(of request: AdmissionRequest) -> String {
        let metadata = request.object.object?.metadata
        let generated = metadata.map { $0.generateName.isEmpty ? "" : $0.generateName + "*" } ?? ""
        let name = [request.name, metadata?.name ?? "", generated].first { !$0.isEmpty } ?? "?"
        let kind = request.kind.kind + (request.subResource.isEmpty ? "" : "/" + request.subResource)
        return title(kind, name)
    }
}

extension PolicyDiff.Tally {
    /// Counts a request about an object.
    fileprivate mutating func add(_ object: String) {
        count += 1
        if known.insert(object).inserted { objects.append(object) }
    }
}

extension PolicyDiff.NamespaceTally {
    /// Counts a request under each rule that it violates.
    fileprivate mutating func add(_ ids: [String], object: String) {
        count += 1
        for id in ids {
            rules[id, default: PolicyDiff.Tally()].add(object)
        }
    }
}
