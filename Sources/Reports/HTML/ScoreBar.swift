import AdmissionPolicy
import KubernetesAPI
import PodScoring

/// The score of an object, between the minimum that applies to it and the best that it can reach.
struct ShownScore {
    /// The score.
    let score: Int
    /// The best possible score.
    let best: Int
    /// The minimum of the level that decided; `nil` if none applied.
    let minimum: Int?

    /// The score in words, such as `4 of 21, minimum 9`.
    var sentence: String {
        "\(score) of \(best)" + (minimum.map { ", minimum \($0)" } ?? "")
    }
}

extension ScannedDocument {
    /// The score; `nil` for an object that is not scored.
    var score: ShownScore? {
        guard case .scored(_, let report, let decision) = outcome else { return nil }
        return ShownScore(score: report.score, best: report.bestPossibleScore, minimum: decision?.minimumScore)
    }
}

/// A score as a bar, from 0 or a lower score to the best possible one, with a mark at the minimum.
///
/// The sizes are attributes of SVG, since the page allows no style of an element. The words beside the bar say the same.
struct ScoreBar {
    private let score: ShownScore

    /// A bar for a score.
    init(_ score: ShownScore) {
        self.score = score
    }

    /// The bar in a colour.
    func markup(_ tone: HTML) -> HTML {
        let low = min(0, score.score, score.minimum ?? 0)
        let high = max(score.best, score.score, score.minimum ?? 0, low + 1)
        func place(_ value: Int) -> Int { (value - low) * 1_000 / (high - low) }
        let (start, end) = (place(min(0, score.score)), place(max(0, score.score)))
        let minimum: HTML = score.minimum.map { "<rect class=\"minimum\" x=\"\(max(0, place($0) - 8))\" width=\"16\" height=\"1\"/>" } ?? ""
        return """
            <svg class="bar" viewBox="0 0 1000 1" preserveAspectRatio="none" aria-hidden="true">\
            <rect class="\(tone)" x="\(start)" width="\(end - start)" height="1"/>\(minimum)</svg>
            """
    }
}
