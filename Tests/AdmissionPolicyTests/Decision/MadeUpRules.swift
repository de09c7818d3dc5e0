import KubernetesAPI
import PodScoring

@testable import AdmissionPolicy

/// A ruleset of made-up rules, so that a change of the built-in ones does not change the tests of decisions.
///
/// On Linux the best possible score is 3 + 2 + 1 + 1 + 1 = 8, on Windows 3 + 1 + 1 = 5.
enum MadeUp {
    static let ruleset = Ruleset(
        name: "made/up",
        isReleased: false,
        zeroFails: false,
        entries: [account, dropsAll, dropsAny, nonRoot, requestsCPU, privileged, hostPID, hostFolder, cheap, confined]
    )

    static let account = pod(
        "Account",
        3,
        fix: "set serviceAccountName",
        fails: { $0.serviceAccountName == nil ? ["serviceAccountName"] : [] }
    )
    static let dropsAll = container("DropsAll", 2, field: "securityContext.capabilities.drop", implies: ["DropsAny"], onWindows: false) {
        $0.securityContext.capabilities.drop != ["ALL"]
    }
    static let dropsAny = container("DropsAny", 1, field: "securityContext.capabilities.drop", onWindows: false) {
        $0.securityContext.capabilities.drop == nil
    }
    static let nonRoot = container("NonRoot", 1, field: "securityContext.runAsNonRoot") { $0.securityContext.runAsNonRoot != true }
    static let requestsCPU = container("RequestsCPU", 1, field: "resources.requests.cpu") { $0.resources.requests.cpu == nil }
    static let privileged = container("Privileged", -30, field: "securityContext.privileged") { $0.securityContext.privileged == true }
    static let hostPID = pod("HostPID", -9, fix: "remove hostPID", fails: { $0.hostPID == true ? ["hostPID"] : [] })
    static let hostFolder = volume("HostFolder", -2)
    /// Deducts nothing, so it counts only if a policy forbids it.
    static let cheap = container("Cheap", 0, negative: true, field: "securityContext.procMount") { $0.securityContext.procMount != nil }

    /// Inherited from the Pod, with one finding there for all containers; deducts nothing.
    static let confined = Ruleset.Entry(
        rule("Confined", .positive, .container, fix: "set securityContext.seccompProfile.type"),
        points: 0,
        kinds: .everyPodKind
    ) { subject in
        let inherited = subject.pod.securityContext.seccompProfile.type
        let containers = subject.pod.initContainers + subject.pod.containers + subject.pod.ephemeralContainers
        let isAtFault = { (container: Container) in (container.securityContext.seccompProfile.type ?? inherited) == "Unconfined" }
        guard containers.contains(where: isAtFault) else { return .holds }
        let places =
            !subject.asksEachAlone
            ? [.pod]
            : subject.pod.lists.flatMap { list, containers in
                containers.indices.filter { isAtFault(containers[$0]) }.map { Finding.Place.container(list, $0) }
            }
        return .fails(places.map { Finding($0, "securityContext.seccompProfile.type", fix: "choose another type") })
    }

    static func rule(
        _ id: String,
        _ polarity: Rule.Polarity,
        _ scope: Rule.Scope,
        fix: String,
        implies: [String] = [],
        onWindows: Bool = true
    ) -> Rule {
        Rule(
            id: id,
            selector: id,
            polarity: polarity,
            scope: scope,
            reason: "Because.",
            fix: fix,
            fixClass: .manifest,
            example: "{}",
            references: ["https://example.com/\(id)"],
            implies: implies,
            appliesToWindows: onWindows
        )
    }

    private static func pod(_ id: String, _ points: Int, fix: String, fails: @escaping @Sendable (PodSpec) -> [String]) -> Ruleset.Entry {
        let rule = rule(id, points < 0 ? .negative : .positive, .pod, fix: fix)
        return Ruleset.Entry(rule, points: points, kinds: .everyPodKind) { subject in
            let findings = fails(subject.pod).map { Finding(.pod, $0) }
            return findings.isEmpty ? .holds : .fails(findings)
        }
    }

    private static func volume(_ id: String, _ points: Int) -> Ruleset.Entry {
        Ruleset.Entry(rule(id, .negative, .pod, fix: "remove hostPath"), points: points, kinds: .everyPodKind) { subject in
            let volumes = subject.pod.volumes
            let findings = volumes.indices.filter { volumes[$0].hostPath != nil }.map { Finding(.volume($0), "hostPath.path") }
            return findings.isEmpty ? .holds : .fails(findings)
        }
    }

    /// A rule that every container has to follow; without containers it holds, and ephemeral containers need no resources.
    static func container(
        _ id: String,
        _ points: Int,
        negative: Bool? = nil,
        field: String,
        implies: [String] = [],
        onWindows: Bool = true,
        fails: @escaping @Sendable (Container) -> Bool
    ) -> Ruleset.Entry {
        let isNegative = negative ?? (points < 0)
        let fix = isNegative ? "remove \(field)" : "set \(field)"
        let rule = rule(id, isNegative ? .negative : .positive, .container, fix: fix, implies: implies, onWindows: onWindows)
        return Ruleset.Entry(rule, points: points, kinds: .everyPodKind) { subject in
            if subject.isWindows, !rule.appliesToWindows { return .notApplicable }
            var findings: [Finding] = []
            var hasContainer = false
            for (list, containers) in subject.pod.lists where list != .ephemeralContainers || !rule.requiresResources {
                hasContainer = hasContainer || !containers.isEmpty
                findings += containers.indices.filter { fails(containers[$0]) }.map { Finding(.container(list, $0), field) }
            }
            return findings.isEmpty && (hasContainer || isNegative) ? .holds : .fails(findings)
        }
    }
}

extension PodSpec {
    var lists: [(ContainerList, [Container])] {
        [(.initContainers, initContainers), (.containers, containers), (.ephemeralContainers, ephemeralContainers)]
    }
}
