import Foundation
import KubernetesAPI
import PodScoring

/// The scores of the corpus as text, with a section for each manifest in each context.
///
/// It has what is frozen: the score, the best possible score and the rules that add or deduct points. It has no fields and no wording, since
/// those do not change which Pods are admitted.
struct GoldenText: Equatable {
    /// One manifest in one context.
    struct Section: Equatable {
        let title: String
        let lines: [String]
    }

    var sections: [Section]

    /// Scores the corpus.
    init(scoring corpus: [CorpusManifest], by ruleset: Ruleset) {
        sections = corpus.flatMap { manifest in
            manifest.contexts.map { name, context in
                let subject = ScoringSubject(manifest.object, context: context)
                return Section(title: "\(manifest.file), \(name)", lines: Self.lines(Scorer(ruleset).score(subject), of: manifest))
            }
        }
    }

    /// Reads the text that ``text`` wrote.
    init(parsing text: String) {
        sections = text.components(separatedBy: "\n\n").compactMap { section in
            let lines = section.split(separator: "\n").map(String.init)
            guard let title = lines.first else { return nil }
            return Section(title: title, lines: Array(lines.dropFirst()))
        }
    }

    /// The sections with their lines.
    var text: String {
        sections.map { ([$0.title] + $0.lines).joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// The section with a title.
    func section(_ title: String) -> Section? {
        sections.first { $0.title == title }
    }

    /// The differences from another text, as a diff; sections that only the other text has are left out.
    func changes(in other: GoldenText) -> [String] {
        sections.flatMap { section -> [String] in
            guard let now = other.section(section.title) else { return ["- " + section.title] }
            let gone = section.lines.filter { !now.lines.contains($0) }
            let new = now.lines.filter { !section.lines.contains($0) }
            if gone.isEmpty && new.isEmpty { return section == now ? [] : ["  \(section.title): the order of the rules changed"] }
            return ["  " + section.title] + gone.map { "- " + $0 } + new.map { "+ " + $0 }
        }
    }

    private static func lines(_ report: ScoreReport, of manifest: CorpusManifest) -> [String] {
        guard report.isScorable else { return ["  \(manifest.object.kind) is not scored"] }
        let sum = "  \(manifest.object.kind) scores \(report.score) of \(report.bestPossibleScore)"
        return [sum]
            + report.results.compactMap { result in
                let entry = report.entry(of: result)
                switch (entry.rule.polarity, result.outcome == .holds) {
                case (.positive, true): return "  earns +\(entry.points) \(entry.rule.id)"
                case (.negative, false): return "  costs \(entry.points) \(entry.rule.id)"
                case (.positive, false), (.negative, true): return nil
                }
            }
    }
}
