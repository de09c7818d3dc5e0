import KubernetesAPI
import AdmissionPolicy
import ArgumentParser
import PodScoring
import PolicySources

/// The day on which policies are looked at.
struct DateOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The day, as 2027-03-31, on which ramps and waivers are looked at (default: today).", valueName: "date"),
        transform: { text in
            guard let date = CivilDate(parsing: text) else { throw ValidationError("\"\(text)\" is no day; write it as 2027-03-31") }
            return date
        }
    )
    var today: CivilDate?

    /// The day that was given, or that of the clock.
    var day: CivilDate { today ?? .now }
}

/// A ruleset as an argument.
struct RulesetName: ExpressibleByArgument, CustomStringConvertible {
    /// The default one.
    static let standard = RulesetName(.podscoreV1)
    /// What kubesec's clients expect.
    static let kubesec = RulesetName(.kubesecV2)

    /// The ruleset of that name.
    let ruleset: Ruleset

    private init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
    }

    /// Finds the ruleset of that name; `nil` when there is none.
    init?(argument: String) {
        guard let ruleset = Ruleset.named(argument) else { return nil }
        self.ruleset = ruleset
    }

    /// The name.
    var description: String { ruleset.name }

    /// The names of all rulesets, for help texts.
    static var allValueStrings: [String] { Ruleset.all.map(\.name) }

    /// The same names, for shells.
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// A Pod Security Standard as an argument.
struct StandardName: ExpressibleByArgument {
    /// The standard of that name.
    let standard: PodSecurityStandard

    /// Reads `restricted@v1.31`, or `restricted` for its latest version; `nil` for anything else, and for `privileged`, which forbids nothing.
    init?(argument: String) {
        guard let standard = PodSecurityStandard(parsing: argument), standard.level != .privileged else { return nil }
        self.standard = standard
    }
}
