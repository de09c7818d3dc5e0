import KubernetesAPI
import TestSupport
import Testing

@testable import PodScoring

/// Containers that are judged together, each as if it were the only one of its Pod.
@Suite struct EachAloneTests {
    /// A Pod with only one of its containers, in the same list.
    private static func lone(_ container: Container, in list: ContainerList, of subject: ScoringSubject) -> ScoringSubject {
        var pod = subject.pod
        (pod.initContainers, pod.containers, pod.ephemeralContainers) = ([], [], [])
        pod[list] = [container]
        return ScoringSubject(pod: pod, annotations: subject.annotations, kind: subject.kind, context: subject.context)
    }

    /// Returns the containers that violate a check if each is the only one of its Pod.
    private static func failing(_ check: Ruleset.Check, in subject: ScoringSubject) -> [Finding.Place] {
        ContainerList.allCases.flatMap { list in
            subject.pod[list].enumerated().compactMap { index, container in
                guard case .fails(let findings) = check(lone(container, in: list, of: subject)) else { return nil }
                return findings.isEmpty ? nil : .container(list, index)
            }
        }
    }

    private static func isAmong(_ place: Finding.Place, _ findings: [Finding]) -> Bool {
        // Findings outside of the containers, such as in annotations, do not depend on the container.
        findings.contains { finding in
            guard case .container = finding.place else { return true }
            return finding.place == place
        }
    }

    @Test(arguments: Ruleset.all.map(\.name), [ScoringSubject.Context.admittedPod, .authored])
    func `A rule fails for the same containers as if each were the only one`(name: String, context: ScoringSubject.Context) throws {
        let ruleset = try #require(Ruleset.named(name))
        var numbers = SeededNumbers(seed: 17)
        for round in 0..<400 {
            let subject = ScoringSubject(pod: numbers.pod(), annotations: numbers.annotations(), context: context)
            let together = subject.eachAlone
            for entry in ruleset.entries where entry.rule.scope == .container {
                // This rule judges lists of containers as a whole and never has a finding in the Pod.
                if name == "kubesec/v2.0", entry.rule.id == "CapDropAny" { continue }
                let findings: [Finding] = if case .fails(let findings) = entry.check(together) { findings } else { [] }
                let alone = Self.failing(entry.check, in: subject)
                let places = ContainerList.allCases.flatMap { list in subject.pod[list].indices.map { Finding.Place.container(list, $0) } }
                #expect(places.filter { Self.isAmong($0, findings) } == alone, "\(entry.rule.id), round \(round)")
            }
        }
    }

    @Test(arguments: Ruleset.all.map(\.name))
    func `Ephemeral containers have the same findings as if each were the only one`(name: String) throws {
        let ruleset = try #require(Ruleset.named(name))
        var numbers = SeededNumbers(seed: 18)
        for round in 0..<400 {
            var pod = numbers.pod()
            pod.ephemeralContainers = (0..<4).map { _ in numbers.container() }
            let indexes = [0, 2, 3]
            let together = Scorer(ruleset).score(.eachAlone(ofEphemeralContainers: indexes, in: pod))
            for entry in ruleset.entries where entry.rule.scope == .container {
                let alone = indexes.flatMap { index -> [Finding] in
                    var single = pod
                    (single.initContainers, single.containers, single.volumes) = ([], [], [])
                    single.ephemeralContainers = [pod.ephemeralContainers[index]]
                    let report = Scorer(ruleset).score(ScoringSubject(pod: single, context: .admittedPod))
                    guard case .fails(let findings) = report.outcome(ofRule: entry.rule.id) else { return [] }
                    return findings.map { Finding(.container(.ephemeralContainers, index), $0.field, fix: $0.fix) }
                }
                let findings: [Finding] = if case .fails(let findings) = together.outcome(ofRule: entry.rule.id) { findings } else { [] }
                #expect(findings.ofEach(indexes) == alone, "\(entry.rule.id), round \(round)")
            }
        }
    }

    @Test(arguments: [0, 18, 22, 25, 31, 35, 37])
    func `A check's findings in the Pod itself do not depend on containers`(minor: Int) {
        var numbers = SeededNumbers(seed: 19)
        for _ in 0..<400 {
            let pod = numbers.pod()
            let annotations = numbers.annotations()
            for level in [PodSecurityLevel.baseline, .restricted] {
                for entry in PodSecurityStandard(level, PodSecurityVersion(minor: minor)).entries where entry.check.scope == .container {
                    var (whole, settings): ([Finding], [Finding]) = ([], [])
                    entry.search(ScoringSubject(pod: pod, annotations: annotations), &whole)
                    entry.search(ScoringSubject(pod: pod.inherited), &settings)
                    #expect(whole.filter { $0.place == .pod } == settings)
                    guard !entry.check.readsAnnotations else { continue }
                    var unannotated: [Finding] = []
                    entry.search(ScoringSubject(pod: pod), &unannotated)
                    #expect(whole == unannotated)
                }
            }
        }
    }

    /// A copy of a container that takes the values of its Pod where it sets none.
    private static func inheriting(_ pod: PodSecurityContext, _ container: Container) -> Container {
        var container = container
        container.securityContext.runAsNonRoot = container.securityContext.runAsNonRoot ?? pod.runAsNonRoot
        container.securityContext.runAsUser = container.securityContext.runAsUser ?? pod.runAsUser
        container.securityContext.seLinuxOptions = container.securityContext.seLinuxOptions ?? pod.seLinuxOptions
        let hostProcess = container.securityContext.windowsOptions.hostProcess ?? pod.windowsOptions.hostProcess
        container.securityContext.windowsOptions.hostProcess = hostProcess
        if isUnset(container.securityContext.seccompProfile) { container.securityContext.seccompProfile = pod.seccompProfile }
        if isUnset(container.securityContext.appArmorProfile) { container.securityContext.appArmorProfile = pod.appArmorProfile }
        return container
    }

    private static func isUnset(_ profile: SecurityProfile) -> Bool { profile.type == nil && !profile.lacksType }

    private static func seLinuxOptions(_ numbers: inout SeededNumbers) -> SELinuxOptions? {
        guard numbers.pick(true, false) else { return nil }
        var options = SELinuxOptions()
        options.type = numbers.pick(nil, "container_engine_t", "spc_t")
        options.user = numbers.pick(nil, "", "root")
        return options
    }

    @Test(arguments: [0, 18, 19, 22, 25, 31, 35])
    func `Standards find in an ephemeral container what they find in a Pod that has it alone`(minor: Int) {
        var numbers = SeededNumbers(seed: 20)
        let standards = [PodSecurityLevel.baseline, .restricted].map { PodSecurityStandard($0, PodSecurityVersion(minor: minor)) }
        let indexes = [0, 2, 3]
        for round in 0..<400 {
            var pod = numbers.pod()
            pod.ephemeralContainers = (0..<4).map { _ in numbers.container() }
            pod.securityContext.seLinuxOptions = Self.seLinuxOptions(&numbers)
            for index in pod.ephemeralContainers.indices {
                pod.ephemeralContainers[index].securityContext.seLinuxOptions = Self.seLinuxOptions(&numbers)
            }
            let found = StandardSet(standards).findings(inEphemeralContainers: indexes, of: ScoringSubject(pod: pod, context: .admittedPod))
            for (standard, found) in zip(standards, found) {
                var alone: [String: [Finding]] = [:]
                for index in indexes {
                    var single = PodSpec()
                    (single.hostUsers, single.osName) = (pod.hostUsers, pod.osName)
                    single.ephemeralContainers = [Self.inheriting(pod.securityContext, pod.ephemeralContainers[index])]
                    for violation in standard.evaluate(ScoringSubject(pod: single)) where violation.isContainerScoped {
                        let place = Finding.Place.container(.ephemeralContainers, index)
                        let findings = violation.findings.filter { $0.place != .pod }.map { $0.moved(to: place) }
                        alone[violation.name, default: []] += findings
                    }
                }
                let together = Dictionary(uniqueKeysWithValues: found.violations.map { ($0.name, $0.findings) })
                #expect(together == alone, "\(standard), round \(round)")
            }
        }
    }

    /// Returns whether a value contains an array, a set or a dictionary that is not empty, at any depth.
    private static func holdsList(_ value: Any) -> Bool {
        let mirror = Mirror(reflecting: value)
        if let style = mirror.displayStyle, [.collection, .set, .dictionary].contains(style) { return !mirror.children.isEmpty }
        return mirror.children.contains { holdsList($0.value) }
    }

    @Test func `Containers inherit all settings of the Pod and none of its lists`() {
        var pod = PodSpec()
        (pod.hostNetwork, pod.hostPID, pod.hostIPC, pod.hostUsers) = (true, true, true, true)
        pod.automountServiceAccountToken = true
        (pod.serviceAccountName, pod.serviceAccount, pod.nodeName, pod.runtimeClassName, pod.osName) = ("a", "b", "c", "d", "e")
        pod.hostAliasCount = 3
        pod.securityContext.sysctls = ["a"]
        (pod.securityContext.runAsNonRoot, pod.securityContext.runAsUser, pod.securityContext.runAsGroup) = (true, 1, 2)
        (pod.securityContext.seccompProfile.type, pod.securityContext.appArmorProfile.type) = ("a", "b")
        pod.securityContext.seLinuxOptions = SELinuxOptions()
        pod.securityContext.windowsOptions.hostProcess = true
        pod.resources.limits.cpu = .quantity(Quantity("1"))
        (pod.containers, pod.initContainers, pod.ephemeralContainers) = ([Container()], [Container()], [Container()])
        pod.volumes = [Volume()]
        #expect(Self.holdsList(pod) && !Self.holdsList(pod.inherited))
        var settings = pod
        (settings.volumes, settings.containers, settings.initContainers, settings.ephemeralContainers) = ([], [], [], [])
        settings.securityContext.sysctls = []
        #expect(pod.inherited == settings)
        // Each member of the model is set above or is a list. A new member must be set here and, if it is not a list, in `inherited`.
        for (label, value) in Array(Mirror(reflecting: pod).children) + Array(Mirror(reflecting: pod.securityContext).children) {
            #expect(!"\(value)".isEmpty && "\(value)" != "nil" && "\(value)" != "[]", "\(label ?? "")")
        }
    }
}
