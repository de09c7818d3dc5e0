import PodScoring

/// A check of a level: what it costs, for whom it counts, and where it fails.
struct LevelEntry: Sendable {
    /// The demand that a check violates where it fails.
    enum Demand: Sendable, Equatable {
        /// The level requires the rule.
        case required
        /// The level forbids the rule.
        case forbidden
        /// The level requires the standard.
        case standard(PodSecurityStandard)
        /// No level names the rule; it only costs points.
        case none
        /// No level names the rule, but every level forbids it in a new ephemeral container.
        case noneButInNewContainers

        /// The word before the id in messages, with a space after it; empty without one.
        var word: String {
            switch self {
            case .required: "required "
            case .forbidden, .noneButInNewContainers: "forbidden "
            case .standard(let standard): "\(standard) "
            case .none: ""
            }
        }

        /// Stands for the demand in the table of checks.
        ///
        /// With a letter, the check violates the level in every object. A level has one standard, so that one letter is enough for it.
        var code: String {
            switch self {
            case .required: "r"
            case .forbidden: "f"
            case .standard: "s"
            case .none: ""
            case .noneButInNewContainers: LevelEntry.newContainersCode
            }
        }
    }

    /// The code of ``Demand/noneButInNewContainers``, which in CEL is greater than an empty text and less than a letter.
    static let newContainersCode = "-"
    /// Stands among keys for all checks that only new ephemeral containers must not fail; less than all keys.
    static let newContainersKey = "!"
    /// Stands among keys for a Pod that declares that it runs on Windows; greater than all keys.
    static let windowsKey = "~"

    /// Stands for ``abbreviated`` in the fixes of the table, in which it is otherwise not.
    static let abbreviation = "~"
    /// The field that many fixes name.
    static let abbreviated = "securityContext."

    /// The points that the Pod lacks if the check fails; zero or more.
    var points: Int
    /// The demand.
    var demand: Demand
    /// The id of the rule or of the check.
    let id: String
    /// The fix.
    let fix: String
    /// Where the check fails.
    let check: CELCheck
    /// Whether the check never fails for Pods that declare that they run on Windows.
    let isLinuxOnly: Bool
    /// One character, by which the list of places names the check and those that fail in the same places; see ``keyed(_:)``.
    private(set) var key = ""

    /// Whether the check violates the level in every object.
    var isDemanded: Bool { demand != .none && demand != .noneButInNewContainers }

    /// The facts about the check, separated by bars: the points, the demand, the id, the fix and the key.
    var row: String {
        let fix = fix.replacing(Self.abbreviated, with: Self.abbreviation)
        return [String(points), demand.code, id, fix, key].joined(separator: "|")
    }

    /// Characters in ascending order that stand for themselves in a literal and in a class of a regular expression; a level has fewer checks.
    static let keys = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz{}"

    /// The same entries with keys, which ascend and are the same for checks that fail in the same places.
    static func keyed(_ entries: [LevelEntry]) -> [LevelEntry] {
        var unused = keys[...]
        return entries.reduce(into: []) { keyed, entry in
            var entry = entry
            entry.key = keyed.first { $0.failsWhere(entry) }?.key ?? unused.popFirst().map(String.init) ?? ""
            keyed.append(entry)
        }
    }

    /// Tells whether the check fails exactly where another one does.
    private func failsWhere(_ other: LevelEntry) -> Bool { check.parts == other.check.parts && isLinuxOnly == other.isLinuxOnly }
}

extension [LevelEntry] {
    /// The terms that the conditions of the checks read.
    var terms: Set<CELTerm> {
        reduce(into: []) { terms, entry in
            for part in entry.check.parts { terms.formUnion(part.condition.terms) }
        }
    }

    /// The keys of the checks that fail in one part of a Pod, as texts in CEL, each empty where its check holds.
    ///
    /// Checks for Linux are evaluated together, and only there.
    func failing(in range: CELCheck.Range) -> [String] {
        let everywhere = filter { !$0.isLinuxOnly }.keys(in: range)
        let onLinux = filter(\.isLinuxOnly).keys(in: range)
        return everywhere + (onLinux.isEmpty ? [] : ["\(CELTerm.isWindows.rawValue)?'':\(CELText.joined(onLinux))"])
    }

    private func keys(in range: CELCheck.Range) -> [String] {
        indices.filter { index in !self[..<index].contains { $0.key == self[index].key } }.map { self[$0] }.flatMap { entry in
            entry.check.parts.filter { $0.range == range }.map { "\($0.condition.text)?\(CELText.literal(entry.key)):''" }
        }
    }
}
