import AdmissionPolicy
import KubernetesAPI

/// Finds the waiver that admits the Pods of one owner as they are, and tries it by the same decisions as admission.
struct OwnerWaiver {
    /// The result for one owner.
    enum Result {
        /// No Pod violates the strongest level of its policy.
        case unneeded
        /// With this waiver none does.
        case waiver(ScoreWaiver)
        /// No waiver admits all Pods.
        case unwaivable(reason: String)
    }

    /// An object to admit as it would be created again: without the containers of debugging sessions.
    private struct Example {
        let object: KubernetesObject
        /// Whether the kubelet made it for a static Pod, which is admitted whatever it is.
        let isStatic: Bool
        /// The names of the containers that are left out.
        var debugContainers: [String] = []

        init(_ object: KubernetesObject, isStatic: Bool) {
            self.isStatic = isStatic
            guard case .pod(var pod) = object.content, !pod.ephemeralContainers.isEmpty else {
                self.object = object
                return
            }
            debugContainers = pod.ephemeralContainers.map(\.name)
            pod.ephemeralContainers = []
            var remade = object
            remade.content = .pod(pod)
            self.object = remade
        }
    }

    private let name: String
    private let owner: String
    private let expires: CivilDate
    private let decider: AuditDecider

    /// A waiver with a name, the person or team that is responsible, and a last day.
    init(named name: String, owner: String, expires: CivilDate, decider: AuditDecider) {
        self.name = name
        self.owner = owner
        self.expires = expires
        self.decider = decider
    }

    /// Writes the waiver for an owner.
    ///
    /// A waiver of the same name that is in force is kept if it is needed and enough. Otherwise it is replaced as a whole.
    func result(for audited: AuditedOwner) -> Result {
        let inForce = decider.policies.waivers(in: audited.identity.namespace ?? "").first { waiver in
            waiver.name.hasSameBytes(as: name) && !waiver.hasExpired(on: decider.today)
        }
        let isViolating = audited.results.contains { $0.decision.levels.first?.violations.isEmpty == false }
        guard isViolating || inForce != nil else { return .unneeded }
        var examples: [Example] = []
        for result in audited.results {
            guard let object = try? result.example.object(among: decider.workloads) else {
                return .unwaivable(reason: "an object cannot be read again")
            }
            examples.append(Example(object, isStatic: !result.example.creator.username.isEmpty))
        }
        var waiver = empty(for: audited, examples)
        let found = examples.flatMap { violations(of: $0, with: waiver) }
        guard !found.isEmpty else { return .unneeded }
        if let inForce, examples.allSatisfy({ violations(of: $0, with: inForce).isEmpty }) { return .waiver(inForce) }
        guard let namespace = audited.identity.namespace, NamePattern.exact(namespace, as: .label) != nil else {
            return .unwaivable(reason: "it is in no Namespace")
        }
        let debugContainers = examples.flatMap(\.debugContainers)
        do throws(WaivedImages.Problem) {
            waiver.match.images = try WaivedImages(of: audited.images.filter { !debugContainers.contains($0.container) }).patterns
        } catch {
            return .unwaivable(reason: error.description)
        }
        waiver.rules = found.compactMap(\.waivableID).inByteOrder
        waiver.minimumScore = lowestMissingScore(of: examples, with: waiver)
        let left = examples.flatMap { violations(of: $0, with: waiver) }.map(\.id).inByteOrder
        guard left.isEmpty else { return .unwaivable(reason: "no waiver covers \(left.joined(separator: ", "))") }
        return .waiver(waiver)
    }

    /// The waiver without exceptions and images.
    private func empty(for audited: AuditedOwner, _ examples: [Example]) -> ScoreWaiver {
        var match = ScoreWaiver.Match(namespaces: [NamePattern(audited.identity.namespace ?? "")])
        match.pods = podPattern(of: audited.identity, examples).map { [$0] }
        let kind = DisplayText.oneLine(audited.identity.kind, byteLimit: 63)
        let name = DisplayText.oneLine(audited.identity.name, byteLimit: 253)
        return ScoreWaiver(
            name: self.name,
            match: match,
            rules: [],
            expires: expires,
            owner: owner,
            reason: "\(kind) \(name) ran before this was enforced"
        )
    }

    /// The pattern of the names of the owner's Pods; `nil` if it is not known how they are named.
    private func podPattern(of identity: OwnerIdentity, _ examples: [Example]) -> NamePattern? {
        let names = examples.filter { $0.object.kind == WorkloadKind.pod.rawValue }.map(\.object.metadata)
        if identity.workloadKind == .pod {
            guard let pod = names.first else { return nil }
            let isGenerated = !pod.generateName.isEmpty && pod.name.utf8.starts(with: pod.generateName.utf8)
            return isGenerated ? .generated(from: pod.generateName) : .exact(pod.name, as: .subdomain)
        }
        guard identity.workloadKind != nil, let pattern = NamePattern.generated(from: identity.name + "-") else { return nil }
        // Whoever creates a Pod chooses its name, also that of a Pod with a controller.
        return names.allSatisfy { pattern.matches($0.name) } ? pattern : nil
    }

    /// The lowest score below the minimum of the strongest level, with the rules of a waiver; `nil` if no score is below it.
    private func lowestMissingScore(of examples: [Example], with waiver: ScoreWaiver) -> Int? {
        examples.flatMap { violations(of: $0, with: waiver) }.compactMap { violation in
            if case .minimumScore(let score, _) = violation { score } else { nil }
        }.min()
    }

    /// The violated demands of the strongest level of the policy, if the object is created again with the waiver in force.
    private func violations(of example: Example, with waiver: ScoreWaiver) -> [Violation] {
        guard !example.isStatic else { return [] }
        return decider.decide(example.object, replacing: waiver)?.levels.first?.violations ?? []
    }
}

extension NamePattern {
    /// How many characters of a name the API server keeps before it adds a random end.
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/apiserver/pkg/storage/names/generate.go>
    private static let generatedBaseLimit = 58

    /// The pattern of one name; `nil` if nothing can have it.
    fileprivate static func exact(_ name: String, as form: NameForm) -> Self? {
        guard let pattern = try? Self(parsing: name, as: form), pattern.isExact else { return nil }
        return pattern
    }

    /// The pattern of the names of Pods that are generated from a beginning; `nil` if nothing can have them.
    fileprivate static func generated(from base: String) -> Self? {
        guard !base.utf8.contains(UInt8(ascii: "*")) else { return nil }
        return try? Self(parsing: String(decoding: base.utf8.prefix(generatedBaseLimit), as: UTF8.self) + "*", as: .subdomain)
    }
}

extension Violation {
    /// The id of the rule or the check that a waiver can list; `nil` for other violations.
    fileprivate var waivableID: String? {
        switch self {
        case .required, .forbidden, .podSecurityStandard: id
        case .minimumScore, .undecodable: nil
        }
    }
}
