import KubernetesAPI

extension PolicyExporter {
    /// The waivers that have not expired: CEL knows none.
    var omittedWaivers: [String] {
        policies.waivers.filter { !$0.hasExpired(on: today) }.map { waiver in
            "waiver \(waiver.name): what it allows until \(waiver.expires) violates the exported policies"
        }
    }

    /// The kinds of other projects, if any policy judges workloads.
    var omittedKinds: [String] {
        guard policies.policies.contains(where: { $0.workloads != .ignore }) else { return [] }
        return ["workloads of other projects are left out: \(KnownWorkloads.standard.otherKinds.joined(separator: ", "))"]
    }

    /// The built-in default, where it can apply besides the Namespaces that only exact names match.
    var omittedDefault: [String] {
        guard policies.globs.count == policies.literalGlobCount else { return [] }
        return ["the built-in default is left out: Namespaces without a policy get no warnings"]
    }
}
