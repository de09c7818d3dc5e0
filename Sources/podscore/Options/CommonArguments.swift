import KubernetesAPI
import AdmissionPolicy
import ArgumentParser
import PodScoring
import PolicySources

/// The day for which policies and waivers are evaluated.
struct DateOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("The day for ramps and waivers, as YYYY-MM-DD (default: today).", valueName: "date"),
        transform: { try DateOptions.day(parsing: $0) }
    )
    var today: CivilDate?

    /// The given day, or today in UTC.
    var day: CivilDate { today ?? .now }

    /// Parses a day of the command line.
    static func day(parsing text: String) throws -> CivilDate {
        guard let date = CivilDate(parsing: text) else { throw ValidationError("invalid date \"\(text)\"; use YYYY-MM-DD") }
        return date
    }
}

/// The kinds that are decided as workloads besides those that are known.
struct WorkloadOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Treat objects of this kind as workloads with the Pod template at this path, such as example.com/Worker=.spec.template; "
                + "can be repeated.",
            valueName: "group/kind=.path"
        ),
        transform: { text in
            do throws(OtherWorkload.Problem) {
                return try OtherWorkload(parsing: text)
            } catch {
                throw ValidationError(error.description)
            }
        }
    )
    var podTemplate: [OtherWorkload] = []

    /// Rejects two paths for one kind.
    func validate() throws {
        do throws(OtherWorkload.Problem) {
            try OtherWorkload.checkUnique(podTemplate)
        } catch {
            throw ValidationError("--pod-template: \(error)")
        }
    }

    /// All kinds that are workloads.
    var known: KnownWorkloads { KnownWorkloads(adding: podTemplate) }
}

/// The Namespaces that exported policies leave out.
struct ExcludedNamespaceOptions: ParsableArguments {
    @Option(
        name: .customLong("exclude-namespace"),
        help: ArgumentHelp("A Namespace for which nothing is exported; can be repeated.", valueName: "namespace"),
        transform: NamespaceArgument.parse
    )
    var names: [String] = []
}

/// The name of a Namespace on the command line and in the configuration of a scan.
enum NamespaceArgument {
    /// Takes a name.
    ///
    /// Rejects any other text, such as that of an empty variable: no policy would apply to such a Namespace.
    static func parse(_ text: String) throws -> String {
        guard isName(text) else { throw ValidationError(Self.problem(of: text)) }
        return text
    }

    /// Returns whether a Namespace can have the name.
    static func isName(_ text: String) -> Bool {
        do throws(NameFault) {
            return try NamePattern(parsing: text).isExact
        } catch {
            return false
        }
    }

    /// Says that a text is no name.
    static func problem(of text: String) -> String {
        "\(text.quoted(toBytes: String.echoByteLimit)) is not the name of a Namespace"
    }
}

/// A ruleset as an argument.
struct RulesetName: ExpressibleByArgument, CustomStringConvertible {
    /// The default one.
    static let standard = RulesetName(.podscoreV1)
    /// The ruleset that kubesec's clients expect.
    static let kubesec = RulesetName(.kubesecV2)

    /// The ruleset of that name.
    let ruleset: Ruleset

    private init(_ ruleset: Ruleset) {
        self.ruleset = ruleset
    }

    /// Finds the ruleset of that name; `nil` if there is none.
    init?(argument: String) {
        guard let ruleset = Ruleset.named(argument) else { return nil }
        self.ruleset = ruleset
    }

    /// The name.
    var description: String { ruleset.name }

    /// The names of all rulesets, for help texts.
    static var allValueStrings: [String] { Ruleset.all.map(\.name) }

    /// The names of all rulesets, for completion.
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// A Pod Security Standard as an argument.
struct StandardName {
    /// The standard of that name.
    let standard: PodSecurityStandard

    /// Parses `restricted@v1.31`, or `restricted` for the latest version; `nil` for `privileged`, which forbids nothing, and for other texts.
    init?(argument: String) {
        guard let standard = PodSecurityStandard(parsing: argument), standard.level != .privileged else { return nil }
        self.standard = standard
    }

    /// The help of `--standard`, which begins with what a command does with the standard.
    static func help(_ verb: String) -> ArgumentHelp {
        ArgumentHelp(
            "\(verb) a Pod Security Standard as well: baseline or restricted, with a version as in restricted@v1.31 (default: latest).",
            valueName: "standard"
        )
    }

    /// The names of the levels that forbid something.
    static let levels = ["baseline", "restricted"]

    /// Parses an argument; says what is wrong with it, and what was probably meant.
    init(parsing argument: String) throws {
        if let name = Self(argument: argument) {
            self = name
            return
        }
        let parts = argument.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let level = parts.first ?? ""
        guard Self.levels.contains(level) else {
            guard level != "privileged" else { throw ValidationError("--standard privileged forbids nothing") }
            let suggestion = Suggestion.closest(to: level, among: Self.levels).map { "; did you mean \($0)?" }
            throw ValidationError("unknown standard \"\(level)\"" + (suggestion ?? ", known: \(Self.levels.joined(separator: ", "))"))
        }
        throw ValidationError("invalid version \"\(parts.last ?? "")\" of --standard; use v1.N or latest")
    }
}
