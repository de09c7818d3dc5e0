package import PodScoring

extension ScorePolicy {
    /// The name of the built-in default; its space keeps it from being the name of a policy.
    package static let builtInDefaultName = "built-in default"

    /// Returns what applies where no policy does: warnings, never a denial.
    ///
    /// It names no namespaces, since it is chosen only when nothing else was.
    package static func builtInDefault(under ruleset: Ruleset) -> ScorePolicy {
        var warn = Level()
        warn.minimumScore = 7
        warn.require = ["RunAsNonRoot", "CapDropAll"]
        return ScorePolicy(name: builtInDefaultName, namespaces: [], ruleset: ruleset, warn: warn, workloads: .warn)
    }
}
