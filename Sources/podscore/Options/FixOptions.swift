import AdmissionPolicy
import ArgumentParser
import Fixes
import PodScoring

/// The fixes that may be made.
struct FixClassOptions: ParsableArguments {
    @Option(
        name: .customLong("class"),
        help: ArgumentHelp(
            "The classes of fixes to make, separated by commas: manifest, application, image, value, node "
                + "(default: manifest,application).",
            valueName: "classes"
        ),
        completion: .list(FixClass.allCases.map(\.rawValue)),
        transform: FixClassOptions.classes
    )
    var given: [[FixClass]] = []

    /// The classes.
    var chosen: Set<FixClass> { given.isEmpty ? FixPlanner.defaultClasses : Set(given.joined()) }

    /// Reads a list of classes.
    private static func classes(in text: String) throws -> [FixClass] {
        try text.split(separator: ",").map { word in
            guard let fixClass = FixClass(rawValue: word.trimmed) else {
                let all = FixClass.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("unknown class \"\(word.trimmed)\"; use \(all)")
            }
            return fixClass
        }
    }
}

/// The goal that fixed manifests should reach.
struct FixGoalOptions: ParsableArguments {
    @Option(name: .long, help: "The ruleset for the score, unless a policy names another one.")
    var ruleset = RulesetName.standard

    @Option(name: [.short, .long], help: "The namespace of objects without one (default: default).", transform: NamespaceArgument.parse)
    var namespace = "default"

    @Option(name: .long, help: "Satisfy the ScorePolicy documents in this file or directory.", completion: .file())
    var policy: String?

    @OptionGroup var date: DateOptions

    @Option(name: .long, help: "Podscore's namespace, which globs in policies never match.")
    var ownNamespace = ""

    @Option(name: .long, help: StandardName.help("Meet"), transform: StandardName.init(parsing:))
    var standard: StandardName?

    @OptionGroup var thresholds: ThresholdOptions

    /// Rejects options that contradict each other or that would have no effect.
    func validate() throws {
        try thresholds.validate(beside: policy)
        guard policy != nil || (date.today == nil && ownNamespace.isEmpty) else {
            throw ValidationError("--today and --own-namespace need --policy")
        }
    }

    /// The goal; reads the policies.
    func goal() throws -> FixGoal {
        FixGoal(
            ruleset: ruleset.ruleset,
            policies: try thresholds.policies(orFrom: policy, ownNamespace: ownNamespace, today: date.day, under: ruleset.ruleset),
            standard: standard?.standard,
            defaultNamespace: namespace,
            today: date.day
        )
    }
}
