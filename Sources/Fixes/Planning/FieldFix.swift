import KubernetesAPI
import PodScoring

/// The edits that fix the places of a problem, and the places that no edit of a field can fix.
struct FieldFix {
    /// A place that stays as it is.
    struct Left: Equatable {
        /// The place.
        let finding: Finding
        /// Why, as a clause.
        let reason: String
    }

    /// The edits, in the order of the places.
    var edits: [FieldEdit] = []
    /// The places without an edit.
    var left: [Left] = []
}

/// Finds the edits for the problems of one object.
///
/// The field of a finding decides the new value: all rules and checks that name a field need the same value there.
struct FieldFixer {
    /// The object as it is scored.
    let subject: ScoringSubject
    /// The tree of the object.
    let node: ManifestNode

    /// A user or group id that no node has, as the texts of the rules suggest it.
    private static let userID = FieldEdit.Scalar.integer(10_001)

    /// Returns the edits for a problem.
    func fix(for problem: FixProblem) -> FieldFix {
        var fix = FieldFix()
        for finding in problem.findings {
            let steps = steps(of: finding)
            if let reason = obstacle(to: finding, steps) {
                fix.left.append(FieldFix.Left(finding: finding, reason: reason))
            } else if let edits = edits(for: finding, at: steps, of: problem) {
                for edit in edits where !fix.edits.contains(edit) { fix.edits.append(edit) }
            } else {
                fix.left.append(FieldFix.Left(finding: finding, reason: "needs more than a changed field"))
            }
        }
        // A token that a volume requests is used, so the Pod keeps the others as well.
        if problem.id == "AutomountServiceAccountToken", !fix.left.isEmpty { fix.edits = [] }
        return fix
    }

    /// The path of the field in the object.
    private func steps(of finding: Finding) -> [FieldEdit.Step] {
        [FieldEdit.Step](path: finding.path(below: subject.specificationPath))
    }

    /// The edits for one place; `nil` if an edit of a field cannot fix it.
    private func edits(for finding: Finding, at steps: [FieldEdit.Step], of problem: FixProblem) -> [FieldEdit]? {
        let pattern = finding.fieldPattern
        switch pattern {
        case "securityContext.privileged", "securityContext.allowPrivilegeEscalation", "hostNetwork", "hostPID", "hostIPC", "hostUsers",
            "automountServiceAccountToken":
            return [FieldEdit(steps, .set(.bool(false)))]
        case "securityContext.readOnlyRootFilesystem": return [FieldEdit(steps, .set(.bool(true)))]
        case "securityContext.runAsNonRoot": return [FieldEdit(steps, .set(.bool(true)))] + userEdits(for: finding, steps)
        case "securityContext.runAsUser", "securityContext.runAsGroup": return [FieldEdit(steps, .set(Self.userID))]
        case "securityContext.seccompProfile.type", "securityContext.appArmorProfile.type":
            return [profileEdit(for: finding, at: steps)]
        case "securityContext.procMount": return [FieldEdit(steps, .set(.string("Default")))]
        case "securityContext.windowsOptions.runAsUserName": return [FieldEdit(steps, .set(.string("ContainerUser")))]
        case "securityContext.capabilities.drop": return [dropEdit(at: steps)]
        case "securityContext.capabilities.add": return addEdits(at: steps, of: problem)
        case "securityContext.sysctls[].name": return [FieldEdit(Array(steps.dropLast()), .remove)]
        case "ports[].hostPort", "hostAliases": return [FieldEdit(steps, .remove)]
        case "serviceAccountName": return [FieldEdit(steps, .set(.string("YOUR-SERVICE-ACCOUNT")))]
        case "resources.limits.cpu", "resources.requests.cpu": return [FieldEdit(steps, .set(.string("YOUR-CPU")))]
        case "resources.limits.memory", "resources.requests.memory": return [FieldEdit(steps, .set(.string("YOUR-MEMORY")))]
        default:
            return pattern.hasSuffix(".host") && problem.id.hasSuffix("/hostProbesAndHostLifecycle") ? [FieldEdit(steps, .remove)] : nil
        }
    }

    /// Sets another user where the container would run as root, because the kubelet does not start it with `runAsNonRoot`.
    private func userEdits(for finding: Finding, _ steps: [FieldEdit.Step]) -> [FieldEdit] {
        let user = Array(steps.dropLast()) + [FieldEdit.Step.key("runAsUser")]
        let own = subject.pod.container(at: finding.place)?.securityContext.runAsUser
        return (own ?? subject.pod.securityContext.runAsUser) == 0 ? [FieldEdit(user, .set(Self.userID))] : []
    }

    /// Sets the Pod's profile if neither the Pod nor the container has one; otherwise the profile at the finding's place.
    private func profileEdit(for finding: Finding, at steps: [FieldEdit.Step]) -> FieldEdit {
        let isOfPod = podProfileType(of: steps) == nil && node.value(at: steps)?.text == nil
        guard case .container = finding.place, isOfPod else { return FieldEdit(steps, .set(.string("RuntimeDefault"))) }
        let path = [FieldEdit.Step](path: subject.specificationPath) + steps.suffix(3)
        return FieldEdit(path, .set(.string("RuntimeDefault")))
    }

    /// The Pod's profile of the same field.
    private func podProfileType(of steps: [FieldEdit.Step]) -> String? {
        steps.contains(.key("seccompProfile"))
            ? subject.pod.securityContext.seccompProfile.type : subject.pod.securityContext.appArmorProfile.type
    }

    /// Makes a list of dropped capabilities contain `ALL`, as all runtimes and standards spell it.
    private func dropEdit(at steps: [FieldEdit.Step]) -> FieldEdit {
        let names = node.value(at: steps)?.elements ?? []
        let index = names.firstIndex { $0.text?.lowercased() == "all" }
        return index.map { FieldEdit(steps + [.index($0)], .set(.string("ALL"))) } ?? FieldEdit(steps, .append("ALL"))
    }

    /// Removes the capabilities that cause a problem; `nil` if no listed capability causes it.
    private func addEdits(at steps: [FieldEdit.Step], of problem: FixProblem) -> [FieldEdit]? {
        let names = node.value(at: steps)?.elements ?? []
        let edits = names.indices.filter { names[$0].text.map { problem.isCaused(byCapability: $0) } ?? false }
            .map { FieldEdit(steps + [.index($0)], .remove) }
        return edits.isEmpty ? nil : edits
    }
}

extension FieldFixer {
    /// Why the API server or the node would not take the fix of a place; `nil` if they do.
    private func obstacle(to finding: Finding, _ steps: [FieldEdit.Step]) -> String? {
        let field = finding.field
        if subject.isWindows, !Self.isFieldOfWindows(field) { return "a Windows Pod cannot have the field" }
        let container = subject.pod.container(at: finding.place)?.securityContext
        switch field {
        case "securityContext.allowPrivilegeEscalation":
            let addsAdmin = container?.capabilities.add?.contains("CAP_SYS_ADMIN") ?? false
            let isRefused = container?.privileged == true || addsAdmin
            return isRefused ? "the API server rejects it in a privileged container; fix Privileged and CapSysAdmin as well" : nil
        case "hostUsers": return obstacleToUserNamespace
        case "securityContext.appArmorProfile.type":
            let isAnnotated = subject.annotations.contains { $0.name.hasPrefix(Annotation.appArmorPrefix) }
            return isAnnotated ? "an AppArmor annotation decides; remove it first" : nil
        case "securityContext.seccompProfile.type":
            let profile = Array(steps.dropLast()) + [.key("localhostProfile")]
            return node.value(at: profile) == nil ? nil : "it names a localhostProfile"
        default: return nil
        }
    }

    /// Why a Pod cannot have a user namespace; `nil` if nothing in it shows that.
    ///
    /// Sources: <https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/apis/core/validation/validation.go>, `validateHostUsers`;
    /// <https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/userns/userns_manager.go>, `userNsUnitLength`
    private var obstacleToUserNamespace: String? {
        let pod = subject.pod
        if pod.hostNetwork == true || pod.hostPID == true || pod.hostIPC == true {
            return "the API server rejects it beside hostNetwork, hostPID and hostIPC"
        }
        guard let specification = node.value(at: [FieldEdit.Step](path: subject.specificationPath)) else { return nil }
        let containers = ["initContainers", "containers", "ephemeralContainers"].flatMap { specification[$0]?.elements ?? [] }
        if containers.contains(where: { $0["volumeDevices"]?.elements?.isEmpty == false }) {
            return "the API server rejects it beside volumeDevices"
        }
        let contexts = ([specification] + containers).compactMap { $0["securityContext"] }
        let ids = contexts.flatMap { context in
            ["runAsUser", "runAsGroup", "fsGroup"].compactMap { context[$0]?.integer }
                + (context["supplementalGroups"]?.elements ?? []).compactMap(\.integer)
        }
        return ids.contains { $0 > 65_535 } ? "a user namespace has no ids above 65535" : nil
    }

    /// Whether Windows Pods may have a field.
    ///
    /// Source: <https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/apis/core/validation/validation.go>, `validateWindows`
    private static func isFieldOfWindows(_ field: String) -> Bool {
        guard field.hasPrefix("securityContext.") else { return !["hostPID", "hostIPC", "hostUsers"].contains(field) }
        return field == "securityContext.runAsNonRoot" || field.hasPrefix("securityContext.windowsOptions.")
    }
}
