import KubernetesAPI
import PodScoring

extension Exemptions {
    /// Finds the first entry that matches who asks, or the runtime class in which the Pod is to run; `nil` when none does.
    ///
    /// Names compare as bytes. Nothing else that the submitter writes is looked at, owner references least of all.
    func exemption(of user: UserInfo, runtimeClass: String?) -> Exemption? {
        guard !isEmpty else { return nil }
        if let name = users.first(where: { $0.utf8.elementsEqual(user.username.utf8) }) { return .user(name) }
        if let name = firstGroup(of: user) { return .group(name) }
        let prefix = Everyone.serviceAccountPrefix
        if !serviceAccounts.isEmpty, user.username.beginsWithBytes(of: prefix) {
            let account = user.username.utf8.dropFirst(prefix.utf8.count)
            if let name = serviceAccounts.first(where: { $0.utf8.elementsEqual(account) }) { return .serviceAccount(name) }
        }
        guard let runtimeClass, let name = runtimeClasses.first(where: { $0.utf8.elementsEqual(runtimeClass.utf8) }) else { return nil }
        return .runtimeClass(name)
    }

    /// The first entry that is a group of the user; each group is looked at once, however many entries there are.
    private func firstGroup(of user: UserInfo) -> String? {
        guard !groups.isEmpty, !user.groups.isEmpty else { return nil }
        guard groups.count > 1, user.groups.count > 1 else {
            return groups.first { group in user.groups.contains { $0.hasSameBytes(as: group) } }
        }
        let entries = Set(groups.map { NameBytes($0) })
        let matching = Set(user.groups.map { NameBytes($0) }.filter { entries.contains($0) })
        return matching.isEmpty ? nil : groups.first { matching.contains(NameBytes($0)) }
    }
}

extension ScorePolicy {
    /// Why the policy does nothing about a request; `nil` where it judges.
    func exemption(for request: AdmissionRequest, of object: ReviewedObject? = nil) -> Exemption? {
        exempt.exemption(of: request.userInfo, runtimeClass: object?.pod.runtimeClassName)
    }
}
