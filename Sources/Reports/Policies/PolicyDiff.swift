package import AdmissionPolicy
package import KubernetesAPI

/// What a change of policies makes of requests: counted by namespace and rule, with some objects by name.
///
/// Holds counts, not requests: its size depends on the number of namespaces and rules.
package struct PolicyDiff: Sendable {
    /// What becomes of a request that was decided otherwise before.
    package enum Change: String, Sendable, CaseIterable {
        case newlyDenied
        case newlyWarned
        case newlyAllowed
        case noLongerWarned

        /// The words for people.
        var title: String {
            switch self {
            case .newlyDenied: "newly denied"
            case .newlyWarned: "newly warned about"
            case .newlyAllowed: "newly allowed"
            case .noLongerWarned: "no longer warned about"
            }
        }
    }

    /// The requests of one namespace that one rule or check is about.
    struct Tally: Sendable {
        /// How many.
        var count = 0
        /// The first ones by name.
        var objects: [String] = []
    }

    /// The requests of one namespace.
    struct NamespaceTally: Sendable {
        /// How many.
        var count = 0
        /// By the id of what was violated.
        var rules: [String: Tally] = [:]
    }

    /// The objects that are named for each rule in a namespace.
    static let objectLimit = 5
    /// The namespaces that are told apart; later ones are counted together.
    static let namespaceLimit = 4_096
    /// What those are called together; no namespace can have this name.
    static let otherNamespaces = "<other>"

    /// What the policies are called before and after.
    let names: (old: String, new: String)
    /// The requests that were decided under both.
    package private(set) var decidedCount = 0
    /// By change and namespace.
    private(set) var namespaces: [Change: [String: NamespaceTally]] = [:]

    /// Begins with nothing counted.
    package init(old: String, new: String) {
        names = (old, new)
    }

    /// The number of requests that changed so.
    package func count(of change: Change) -> Int {
        namespaces[change, default: [:]].values.reduce(0) { $0 + $1.count }
    }

    /// Counts a request by its decisions under both.
    package mutating func add(_ request: AdmissionRequest, old: Decision, new: Decision) {
        decidedCount += 1
        guard let change = Self.change(from: old.outcome, to: new.outcome) else { return }
        // What the stronger decision is about: the new one where it is stricter, else the one that is gone.
        let violations = (change == .newlyDenied || change == .newlyWarned ? new : old).violations
        let known = namespaces[change, default: [:]]
        let isKnown = known[request.namespace] != nil || known.count < Self.namespaceLimit
        let namespace = isKnown ? request.namespace : Self.otherNamespaces
        namespaces[change, default: [:]][namespace, default: NamespaceTally()].add(violations.map(\.id), object: Self.title(of: request))
    }

    /// What a request went through; `nil` when nobody who sent it would see a difference.
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

    /// The kind and the name, such as `Pod web-0` or `Pod web-7d9f8c6b5-*`.
    private static func title(of request: AdmissionRequest) -> String {
        let metadata = request.object.object?.metadata
        let generated = metadata.map { $0.generateName.isEmpty ? "" : $0.generateName + "*" } ?? ""
        let name = [request.name, metadata?.name ?? "", generated].first { !$0.isEmpty } ?? "?"
        let kind = request.kind.kind + (request.subResource.isEmpty ? "" : "/" + request.subResource)
        return DisplayText.oneLine("\(kind) \(name)", byteLimit: 120)
    }
}

extension PolicyDiff.NamespaceTally {
    /// Counts a request under each rule that it is about.
    fileprivate mutating func add(_ ids: [String], object: String) {
        count += 1
        for id in ids {
            rules[id, default: PolicyDiff.Tally()].count += 1
            guard let tally = rules[id], tally.objects.count < PolicyDiff.objectLimit, !tally.objects.contains(object) else { continue }
            rules[id]?.objects.append(object)
        }
    }
}
