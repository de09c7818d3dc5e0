import AdmissionPolicy
import KubernetesAPI
import Manifests
import PodScoring
import Testing

@testable import ClusterAudit

/// Policies and Pods as text, and the owners that an audit finds in them.
enum WaiverFixtures {
    static let today = CivilDate(daysSinceEpoch: 20_819)

    static func nodes(_ text: String) -> [ManifestNode] {
        ManifestStream(source: "text", bytes: Array(text.utf8)).compactMap(\.node)
    }

    /// Reads documents of policies and waivers; expired ones among them are no error.
    static func reading(_ text: String) throws -> PolicyReading {
        try PolicyReader(rulesets: Ruleset.all, defaultRuleset: .podscoreV1)
            .read([PolicySource(name: "text", documents: nodes(text))], on: today)
    }

    static func decider(ofDocuments text: String) throws -> AuditDecider {
        let reading = try reading(text)
        let policies = PolicySet(
            policies: reading.policies,
            waivers: reading.waivers,
            builtInDefault: .builtInDefault(under: .podscoreV1),
            ownNamespace: ""
        )
        return AuditDecider(policies: policies, namespaces: nil, today: today)
    }

    /// A policy of the Namespace `payments`, with waivers or other documents behind it.
    static func decider(_ specification: String, and others: String = "") throws -> AuditDecider {
        let lines = specification.split(separator: "\n").map { "  \($0)\n" }.joined()
        return try decider(
            ofDocuments:
                "apiVersion: podscore.dev/v1alpha1\nkind: ScorePolicy\nmetadata: {name: p}\nspec:\n  match: {namespaces: [payments]}\n\(lines)"
                + (others.isEmpty ? "" : "---\n\(others)")
        )
    }

    /// A Pod of the Namespace `payments` with a specification.
    static func pod(_ specification: String, name: String = "web-1", metadata: String = "") throws -> KubernetesObject {
        let text = "apiVersion: v1\nkind: Pod\nmetadata: {name: \(name), namespace: payments\(metadata)}\nspec: \(specification)\n"
        let object = ManifestStream(source: "text", bytes: Array(text.utf8)).lazy.compactMap { document -> KubernetesObject? in
            guard case .object(let object, _) = document.content else { return nil }
            return object
        }.first
        return try #require(object)
    }

    static func identity(_ kind: String = "Deployment", _ name: String = "web", group: String = "apps") -> OwnerIdentity {
        OwnerIdentity(namespace: "payments", group: group, version: "v1", kind: kind, name: name, uid: "u")
    }

    /// The owner of some Pods, each with a result of its own; `digests` are those that run, by the image.
    static func owner(
        _ identity: OwnerIdentity = identity(),
        of pods: [KubernetesObject],
        digests: [String: String] = [:],
        node: String? = nil,
        decidedBy decider: AuditDecider
    ) throws -> AuditedOwner {
        let results = try pods.map { pod in
            let example = AuditedExample(pod, madeByNode: node)
            let decision = try #require(decider.decide(pod, createdBy: example.creator))
            return AuditedResult(AuditedDecision(decision), count: 1, example: example)
        }
        let images = pods.flatMap { pod -> [AuditedImage] in
            guard let spec = pod.podSpec else { return [] }
            return (spec.initContainers + spec.containers + spec.ephemeralContainers).map { container in
                AuditedImage(container: container.name, reference: container.image, digest: digests[container.image])
            }
        }
        let worst = try #require(results.first)
        let source = AuditedOwner.Source.pods(count: pods.count)
        return AuditedOwner(identity, source: source, worst: worst, others: Array(results.dropFirst()), images: images.sorted())
    }

    static func waivers(for owners: [AuditedOwner], decidedBy decider: AuditDecider) throws -> ExistingWaivers {
        let expires = try #require(CivilDate(parsing: "2027-06-30"))
        return ExistingWaivers(for: owners, decidedBy: decider, owner: "billing", expires: expires)
    }
}

extension AuditDecider {
    /// The same decider with more waivers in force.
    func adding(_ waivers: [ScoreWaiver]) -> AuditDecider {
        let set = PolicySet(
            policies: policies.policies,
            waivers: policies.waivers + waivers,
            builtInDefault: policies.builtInDefault,
            ownNamespace: policies.ownNamespace
        )
        return AuditDecider(policies: set, namespaces: namespaces, today: today, workloads: workloads)
    }

    /// The ids of the violations at the strongest level.
    func violations(of object: KubernetesObject) -> [String] {
        decide(object)?.levels.first?.violations.map(\.id) ?? []
    }
}
