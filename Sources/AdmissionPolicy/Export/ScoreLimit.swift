import KubernetesAPI
import PodScoring

/// The best possible scores by a ruleset, which depend on the operating system and can depend on the kind of the object.
struct BestScores: Sendable {
    /// The best scores of some kinds.
    private struct Group {
        let linux: Int
        let windows: Int
        var kinds: [String]
    }

    /// The groups of kinds with the same scores, that of Pods first.
    private let groups: [Group]

    /// The best scores by a ruleset.
    init(of ruleset: Ruleset) {
        var groups: [Group] = []
        for kind in WorkloadKind.allCases {
            let linux = ruleset.bestPossibleScore(for: RuleKinds(kind))
            let windows = ruleset.bestPossibleScoreOnWindows(for: RuleKinds(kind))
            if let known = groups.firstIndex(where: { $0.linux == linux && $0.windows == windows }) {
                groups[known].kinds.append(kind.rawValue)
            } else {
                groups.append(Group(linux: linux, windows: windows, kinds: [kind.rawValue]))
            }
        }
        self.groups = groups
    }

    /// The best score on Linux and that on Windows, if these are the same for all kinds.
    var common: (linux: Int, windows: Int)? {
        groups.count == 1 ? groups.first.map { ($0.linux, $0.windows) } : nil
    }

    /// Whether any of them is lower on Windows.
    var differOnWindows: Bool { groups.contains { $0.linux != $0.windows } }

    /// Whether the object runs on Windows: a boolean expression.
    static let isOnWindows = "'\(LevelEntry.windowsKey)' in variables.u"

    /// The best score of the object, as an int in CEL.
    var ofObject: String {
        choice { $0.linux == $0.windows ? String($0.linux) : "(\(Self.isOnWindows)?\($0.windows):\($0.linux))" }
    }

    /// The best score that the object would have on Linux, as an int in CEL.
    var onLinux: String { choice { String($0.linux) } }

    private func choice(_ score: (Group) -> String) -> String {
        guard let last = groups.last else { return "0" }
        return groups.dropLast().reversed().reduce(score(last)) { rest, group in
            "(request.kind.kind in \(CELText.list(group.kinds))?\(score(group)):\(rest))"
        }
    }
}

extension Ruleset {
    /// The best score that an object of a kind can have on Windows.
    fileprivate func bestPossibleScoreOnWindows(for kind: RuleKinds) -> Int {
        entries.reduce(0) { sum, entry in
            let counts = entry.rule.polarity == .positive && !entry.kinds.isDisjoint(with: kind)
            return counts && (entry.rule.appliesToWindows || !sparesWindows) ? sum + entry.points : sum
        }
    }
}

/// The minimum score of a level as CEL, scaled for Windows Pods.
struct ScoreLimit: Sendable {
    /// The variable that the minimum needs; empty for a fixed one.
    let variables: [CELVariable]
    /// The minimum before it is scaled, as an int in CEL.
    let written: String
    /// The minimum for the object, as an int in CEL.
    let scaled: String

    /// A minimum; `nil` without one.
    init?(_ minimum: LevelCompiler.Minimum, best: BestScores) {
        switch minimum {
        case .none: return nil
        case .score(let score):
            variables = []
            written = String(score)
            scaled = Self.scaled(score, best: best)
        case .expression(let expression):
            variables = [CELVariable(name: "m", expression: expression)]
            written = "variables.m"
            scaled = Self.scaled(written, best: best)
        }
    }

    /// A fixed minimum is scaled here if all kinds have the same best scores.
    private static func scaled(_ minimum: Int, best: BestScores) -> String {
        guard let common = best.common else { return scaled(String(minimum), best: best) }
        let scaled = PodEvaluation.scaled(minimum, best: common.windows, bestOnLinux: common.linux)
        return scaled == minimum ? String(minimum) : "(\(BestScores.isOnWindows)?\(scaled):\(minimum))"
    }

    /// The same as ``PodEvaluation/scaled(_:best:bestOnLinux:)``.
    private static func scaled(_ minimum: String, best: BestScores) -> String {
        if let common = best.common {
            guard common.windows < common.linux else { return minimum }
            let scaled = "(\(minimum)*\(common.windows)+\(common.linux - 1))/\(common.linux)"
            return "(\(minimum)>0&&\(BestScores.isOnWindows)?\(scaled):\(minimum))"
        }
        guard best.differOnWindows else { return minimum }
        let scaled = "(\(minimum)*\(best.ofObject)+\(best.onLinux)-1)/\(best.onLinux)"
        return "(\(minimum)>0&&\(BestScores.isOnWindows)?\(scaled):\(minimum))"
    }
}
