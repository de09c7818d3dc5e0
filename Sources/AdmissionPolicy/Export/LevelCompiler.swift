import PodScoring

/// Compiles one level of a policy into CEL.
///
/// One text decides all kinds of requests, so that an exported level stays small: bindings with `matchResources` give Pods and workloads their
/// own actions. Updates that change nothing, exemptions, mirror Pods and Namespaces are left to `matchConditions`.
package struct LevelCompiler: Sendable {
    /// The minimum score that the level demands.
    package enum Minimum: Sendable, Equatable {
        /// No minimum.
        case none
        /// A fixed minimum.
        case score(Int)
        /// The minimum as an int expression in CEL, for labels of the Namespace. It is read through a dedicated variable.
        case expression(String)
    }

    /// The policy; its name, ruleset, mandatory controls and guidance are used, and not its levels.
    package var policy: ScorePolicy
    /// The demands; its minimum and its ramp are not used.
    package var level: ScorePolicy.Level
    /// The minimum score.
    package var minimum: Minimum
    /// The ids of rules and the names of checks that are left out of the demands, such as those that a waiver names.
    package var omitted: [String]
    /// The kinds of requests to decide.
    package var classes: RequestClasses

    /// Creates a compiler.
    package init(
        policy: ScorePolicy,
        level: ScorePolicy.Level,
        minimum: Minimum,
        omitting omitted: [String] = [],
        classes: RequestClasses = .all
    ) {
        self.policy = policy
        self.level = level
        self.minimum = minimum
        self.omitted = omitted
        self.classes = classes
    }

    /// Returns the level as CEL.
    package func compiled() -> CompiledLevel {
        var demands = LevelDemands(of: level, policy, omitting: omitted)
        let best = BestScores(of: policy.ruleset)
        let hasMinimum = minimum != .none && demands.addScore(of: policy.ruleset)
        var classes = classes
        if !demands.entries.contains(where: \.limitsResizes) { classes.remove(.resize) }
        if classes.contains(.ephemeralContainers) { demands.addIntolerable(scoredBy: policy, hasMinimum: hasMinimum) }
        // Even a level without demands forbids some rules in new ephemeral containers.
        if !hasMinimum && !demands.entries.contains(where: \.isDemanded) { classes.formIntersection(.ephemeralContainers) }
        guard !classes.isEmpty, !demands.entries.isEmpty || hasMinimum else {
            return CompiledLevel(variables: [], isViolated: "false", message: "''", classes: [], omissions: demands.omissions)
        }
        let limit = hasMinimum ? ScoreLimit(minimum, best: best) : nil
        let entries = LevelEntry.keyed(demands.entries)
        let results = LevelResults(entries: entries, best: hasMinimum ? best : nil, classes: classes)
        let message = LevelMessage(policy: policy, limit: limit, results: results)
        let subject = SubjectVariables(for: entries, in: classes, marksWindows: hasMinimum && best.differOnWindows)
        return CompiledLevel(
            variables: (limit?.variables ?? []) + subject.list + results.variables,
            isViolated: message.isViolated,
            message: message.expression,
            classes: classes,
            omissions: demands.omissions
        )
    }
}

extension LevelEntry {
    /// Whether a resize can violate the demand.
    fileprivate var limitsResizes: Bool {
        demand == .required && check.parts.contains { $0.range == .longRunningContainers }
    }
}
