import AdmissionPolicy
import KubernetesAPI
import PodScoring

@testable import ClusterController

/// Policies and waivers for tests of their status.
enum StatusFixture {
    static let today = CivilDate(daysSinceEpoch: 20_000)
    static let files = PolicySet(policies: [], builtInDefault: .builtInDefault(under: .podscoreV1), ownNamespace: "podscore")

    /// Reads an object of a cluster.
    static func object(
        _ name: String,
        _ spec: String,
        kind: PolicyKind = .policy,
        created second: Int = 10,
        generation: Int64 = 3
    ) -> PolicyObjectState {
        let identity = PolicyObject.Identity(
            kind: kind,
            name: name,
            uid: "uid-\(name)",
            resourceVersion: "7",
            creationTimestamp: "2026-11-28T08:09:\(second)Z",
            generation: generation
        )
        let text =
            #"{"apiVersion":"podscore.dev/v1alpha1","kind":"\#(kind.rawValue)","metadata":{"name":"\#(name)"},"spec":\#(spec)}"#
        let reader = PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1, knowsNamespaceLabels: true)
        return PolicyObjectState(reader.read(Array(text.utf8).span, as: identity), after: nil)
    }

    /// A policy for Namespaces, such as `"a","b-*"`.
    static func policy(_ name: String, _ namespaces: String, created second: Int = 10) -> PolicyObjectState {
        object(name, #"{"match":{"namespaces":[\#(namespaces)]},"enforce":{"minimumScore":9}}"#, created: second)
    }

    /// A waiver with a last day.
    static func waiver(_ name: String, _ namespaces: String = #""x""#, expires: String = "2099-12-31") -> PolicyObjectState {
        object(
            name,
            #"{"match":{"namespaces":[\#(namespaces)],"images":["quay.io/a/b:1"]},"rules":["HostPID"],"expires":"\#(expires)","#
                + #""owner":"o","reason":"r"}"#,
            kind: .waiver
        )
    }

    /// Namespaces without labels.
    static func directory(_ names: [String], keeping keys: [String] = MinimumLabel.keys) -> NamespaceDirectory {
        var directory = NamespaceDirectory(keeping: keys)
        for name in names { directory.set(name, .none) }
        return directory
    }

    /// The findings about each object, in order.
    static func findings(
        _ objects: [PolicyObjectState],
        files: PolicySet = files,
        namespaces: NamespaceDirectory? = nil,
        on today: CivilDate = today
    ) -> [ObjectFindings] {
        let all = PolicyFindings(files: files, objects: objects, namespaces: namespaces, on: today)
        return objects.compactMap { all.findings(about: $0) }
    }
}

extension ObjectFindings {
    /// The finding of a type.
    subscript(type: String) -> Finding? { conditions.first { $0.type == type } }

    /// The condition `Ready` in short: `true InForce`.
    var ready: String { self["Ready"].map { "\($0.isMet.map { "\($0)" } ?? "unknown") \($0.reason)" } ?? "" }
}
