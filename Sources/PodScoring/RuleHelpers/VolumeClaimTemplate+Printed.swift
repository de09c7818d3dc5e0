import KubernetesAPI

extension VolumeClaimTemplate {
    /// Whether the access modes, as Go prints a list of them, hold the letters that kubesec looks for; a mode's own text may bring them along.
    var printsAsReadWriteOnce: Bool {
        "accessModes:[\(accessModes.joined(separator: " "))]".containsBytes(of: "accessModes:[ReadWriteOnce]")
    }
}
