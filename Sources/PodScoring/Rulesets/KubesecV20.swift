import KubernetesAPI

/// The checks that were different in kubesec in 2019.
///
/// Source: <https://github.com/controlplaneio/kubesec/tree/v2.0.0/pkg/rules>, and for CapDropAll the later commit c3220c8.
enum KubesecV20 {
    private static let annotations = "metadata.annotations"

    /// Holds if any init or regular container has a read-only root filesystem.
    static func readOnlyRootFilesystem(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .initAndNormal, .readOnlyRootFilesystem) {
            ContainerVerdict($0.securityContext.readOnlyRootFilesystem == true)
        }
    }

    /// Holds if any init or regular container sets `runAsNonRoot` itself.
    static func runAsNonRoot(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .initAndNormal, .runAsNonRoot) {
            ContainerVerdict($0.securityContext.runAsNonRoot == true)
        }
    }

    /// Holds if any init or regular container sets a user id above 10 000 itself.
    static func runAsUser(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .initAndNormal, .runAsUser) {
            ContainerVerdict(own: $0.securityContext.runAsUser, inherited: nil) { $0 > 10_000 }
        }
    }

    /// Fails if any init or regular container is privileged.
    static func privileged(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noContainer(in: .initAndNormal, at: .privileged) {
            ContainerVerdict($0.securityContext.privileged != true)
        }
    }

    /// Fails if any init or regular container adds a name that contains `SYS_ADMIN`.
    static func capSysAdmin(_ subject: ScoringSubject) -> CheckOutcome {
        subject.noContainer(in: .initAndNormal, at: .addedCapabilities) { container in
            ContainerVerdict(container.securityContext.capabilities.add?.contains { $0.containsBytes(of: "SYS_ADMIN") } != true)
        }
    }

    /// Holds if any init or regular container has the list, even an empty one, and no list beside it contains `<nil>`, as Go prints a null.
    static func capDropAny(_ subject: ScoringSubject) -> CheckOutcome {
        let holds = [subject.pod.initContainers, subject.pod.containers].contains { containers in
            let lists = containers.filter { $0.securityContext.capabilities.drop != nil }
            return !lists.isEmpty && !lists.contains(where: dropsNull)
        }
        return subject.anyContainer(in: .initAndNormal, .droppedCapabilities) { _ in ContainerVerdict(holds) }
    }

    private static func dropsNull(_ container: Container) -> Bool {
        let capabilities = container.securityContext.capabilities
        return capabilities.dropsNull || capabilities.drop?.contains { $0.containsBytes(of: "<nil>") } ?? false
    }

    /// Holds if any init or regular container drops a name that contains `ALL`, in any letter case.
    static func capDropAll(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .initAndNormal, .droppedCapabilities) { container in
            ContainerVerdict(container.securityContext.capabilities.drop?.contains { $0.containsIgnoringCase("all") } ?? false)
        }
    }

    private static let requestedMemory = Finding.Texts(fix: "set resources.requests.memory, which this ruleset checks")

    /// Holds if any regular container requests memory: kubesec used the check of RequestsMemory by mistake.
    static func limitsMemory(_ subject: ScoringSubject) -> CheckOutcome {
        subject.anyContainer(in: .normal, .requestsMemory, own: requestedMemory) {
            ContainerVerdict($0.resources.facts.requests.memory != nil)
        }
    }

    /// Holds if the Pod has a seccomp annotation and none begins with `unconfined`.
    static func seccompAny(_ subject: ScoringSubject) -> CheckOutcome {
        let values = seccompValues(of: subject)
        let holds = !values.isEmpty && !values.contains(where: isUnconfined)
        return outcome(holds, fix: "set the annotation seccomp.security.alpha.kubernetes.io/pod: runtime/default")
    }

    /// Fails if a seccomp annotation of the Pod begins with `unconfined`.
    static func seccompUnconfined(_ subject: ScoringSubject) -> CheckOutcome {
        outcome(
            !seccompValues(of: subject).contains(where: isUnconfined),
            fix: "set the annotation seccomp.security.alpha.kubernetes.io/pod: runtime/default"
        )
    }

    /// Holds if any container has an AppArmor annotation and none is `unconfined`; one for a container named `pod` decides for all.
    static func apparmorAny(_ subject: ScoringSubject) -> CheckOutcome {
        let prefix = Annotation.appArmorPrefix.utf8
        var podValues: [String] = []
        var otherValues: [String] = []
        for annotation in subject.objectAnnotations where annotation.name.utf8.starts(with: prefix) {
            let container = annotation.name.utf8.dropFirst(prefix.count)
            if container.elementsEqual("pod".utf8) {
                podValues.append(annotation.value)
            } else if !container.isEmpty, container.allSatisfy(isLetterDashOrDot) {
                otherValues.append(annotation.value)
            }
        }
        let holds =
            podValues.isEmpty
            ? !otherValues.isEmpty && !otherValues.contains { $0.isExactly("unconfined") }
            : !podValues.contains(where: isUnconfined)
        return outcome(holds, fix: "set the annotation \(Annotation.appArmorPrefix)CONTAINER: runtime/default")
    }

    /// Holds if any claim has exactly this mode; a StatefulSet without claims fails.
    static func volumeClaimAccessModeReadWriteOnce(_ subject: ScoringSubject) -> CheckOutcome {
        let holds = subject.volumeClaimTemplates.contains(where: \.printsAsReadWriteOnce)
        return holds ? .holds : .fails([Finding(.object, "spec.volumeClaimTemplates")])
    }

    /// Holds if any claim requests storage; a StatefulSet without claims fails.
    static func volumeClaimRequestsStorage(_ subject: ScoringSubject) -> CheckOutcome {
        let holds = subject.volumeClaimTemplates.contains(where: \.requestsStorage)
        return holds ? .holds : .fails([Finding(.object, "spec.volumeClaimTemplates")])
    }

    /// Returns the values of the two annotations that apply to the whole Pod.
    private static func seccompValues(of subject: ScoringSubject) -> [String] {
        let names = [Annotation.seccompPod, Annotation.seccompContainerPrefix + "pod"]
        return subject.objectAnnotations.filter { annotation in names.contains { annotation.name.isExactly($0) } }.map(\.value)
    }

    private static func outcome(_ holds: Bool, fix: String) -> CheckOutcome {
        holds ? .holds : .fails([Finding(.object, annotations, fix: fix)])
    }

    private static func isUnconfined(_ value: String) -> Bool {
        value.beginsWithBytes(of: "unconfined")
    }

    /// Returns whether a byte is one that kubesec accepts in a container's name.
    private static func isLetterDashOrDot(_ byte: UInt8) -> Bool {
        let letter = byte | 0x20
        return letter >= UInt8(ascii: "a") && letter <= UInt8(ascii: "z") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
